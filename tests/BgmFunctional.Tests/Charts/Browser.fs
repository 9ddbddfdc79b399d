namespace BgmFunctional.Tests.Charts

open System
open System.Diagnostics
open System.IO
open Xunit
open BgmFunctional.Charts
open BgmFunctional.Tests

/// A headless browser and a copy of plotly.js, where they can be had.
module Browser =
    /// The file that `dotnet fsi build.fsx plotly` fetches.
    let plotly =
        Repository.path
            $"artifacts/plotly/{Plotly.version}/node_modules/plotly.js-cartesian-dist-min/plotly-cartesian.min.js"

    let private tryFind () =
        let folders = (string (Environment.GetEnvironmentVariable "PATH")).Split Path.PathSeparator

        [ "chromium"; "chromium-browser"; "google-chrome" ]
        |> List.collect (fun name -> [ for folder in folders -> Path.Combine(folder, name) ])
        |> List.tryFind File.Exists

    let private path = tryFind ()

    /// What is not here, if anything.
    let missing =
        match path with
        | None -> Some "Needs chromium on the PATH."
        | Some _ when not (File.Exists plotly) ->
            Some "Needs plotly.js; `dotnet fsi build.fsx plotly` fetches it from npm."
        | Some _ -> None

    /// The page as the browser has it once its scripts are done. It has no network, and a minute.
    let render (page: string) =
        let profile = Directory.CreateTempSubdirectory "bgm-browser-"

        let args = [
            "--headless"
            "--no-sandbox"
            "--disable-gpu"
            "--disable-quic"
            "--no-first-run"
            "--disable-background-networking"
            "--disable-component-update"
            "--disable-sync"
            "--host-resolver-rules=MAP * ~NOTFOUND"
            "--virtual-time-budget=10000"
            $"--user-data-dir={profile.FullName}"
            "--dump-dom"
            (Uri page).AbsoluteUri
        ]

        let info =
            ProcessStartInfo(path.Value, args, RedirectStandardOutput = true, RedirectStandardError = true)

        try
            use browser = Process.Start info
            let output = browser.StandardOutput.ReadToEndAsync()
            browser.ErrorDataReceived.Add ignore
            browser.BeginErrorReadLine()

            if not (browser.WaitForExit 60_000) then
                browser.Kill true
                failwith "The browser did not end within a minute."

            output.Result
        finally
            profile.Delete true

/// A test that needs a browser: it says that it is skipped, and why, where there is none.
type BrowserFactAttribute() as this =
    inherit FactAttribute()

    do
        match Browser.missing with
        | Some reason -> this.Skip <- reason
        | None -> ()
