using BgmFunctional.Cli;

using var cancellation = new CancellationTokenSource();

// The first Ctrl+C asks for an orderly end, a second one does not wait for it.
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
};

return Bgm.Run(args, new Session(Console.Out, Console.Error, cancellation.Token));
