using BgmFunctional.Data;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Causal = BgmFunctional.CausalBgm;
using Table = BgmFunctional.Bgm;
using Core = BgmFunctional.Flows;
using Pictures = BgmFunctional.ImageBgm;

namespace BgmFunctional.Fluent;

/// <summary>The one place where an F# error becomes an exception.</summary>
internal static class Refusal
{
    public static T OrThrow<T>(this FSharpResult<T, Core.FlowError> result) =>
        result.IsOk ? result.ResultValue : throw Exception(result.ErrorValue);

    public static T OrThrow<T>(this FSharpResult<T, DataError> result) =>
        result.IsOk ? result.ResultValue : throw Exception(result.ErrorValue);

    public static T OrThrow<T>(this FSharpResult<T, Causal.CausalError> result) =>
        result.IsOk ? result.ResultValue : throw Exception(result.ErrorValue);

    public static T OrThrow<T>(this FSharpResult<T, Table.BgmError> result) =>
        result.IsOk ? result.ResultValue : throw Exception(result.ErrorValue);

    public static T OrThrow<T>(this FSharpResult<T, Studies.StudyError> result) =>
        result.IsOk ? result.ResultValue : throw new DataException(Studies.StudyErrorModule.message(result.ErrorValue));

    public static T OrThrow<T>(this FSharpResult<T, FSharpList<Core.FlowError>> result) =>
        result.IsOk ? result.ResultValue : throw new GraphException([.. result.ErrorValue.Select(Core.FlowErrorModule.message)]);

    public static T OrThrowModelFile<T>(this FSharpResult<T, Core.FlowError> result) =>
        result.IsOk ? result.ResultValue : throw new ModelFileException(Core.FlowErrorModule.message(result.ErrorValue));

    public static T OrThrowModelFile<T>(this FSharpResult<T, Causal.CausalError> result) =>
        result.IsOk ? result.ResultValue : throw new ModelFileException(Causal.CausalErrorModule.message(result.ErrorValue));

    public static T OrThrow<T>(this FSharpResult<T, Pictures.ImageError> result) =>
        result.IsOk ? result.ResultValue : throw Exception(result.ErrorValue);

    public static T OrThrowModelFile<T>(this FSharpResult<T, Pictures.ImageError> result) =>
        result.IsOk ? result.ResultValue : throw new ModelFileException(Pictures.ImageErrorModule.message(result.ErrorValue));

    private static BgmException Exception(Pictures.ImageError error)
    {
        var message = Pictures.ImageErrorModule.message(error);
        return error switch
        {
            Pictures.ImageError.BadOption or Pictures.ImageError.BadSetting => new OptionException(message),
            Pictures.ImageError.Diverged => new FitException(message),
            Pictures.ImageError.BadModelFile => new ModelFileException(message),
            Pictures.ImageError.Data { Item: { IsCheckpointInUse: true } or { IsOtherCheckpoint: true } or { IsBadCheckpoint: true } } =>
                new CheckpointException(message),
            _ => new DataException(message),
        };
    }

    public static T OrThrowModelFile<T>(this FSharpResult<T, Table.BgmError> result) =>
        result.IsOk ? result.ResultValue : throw new ModelFileException(Table.BgmErrorModule.message(result.ErrorValue));

    private static DataException Exception(DataError error) => new(DataErrorModule.message(error));

    private static BgmException Exception(Causal.CausalError error)
    {
        var message = Causal.CausalErrorModule.message(error);
        return error switch
        {
            Causal.CausalError.BadOption or Causal.CausalError.BadSetting or Causal.CausalError.DosesMismatch => new OptionException(message),
            Causal.CausalError.Checkpoint => new CheckpointException(message),
            Causal.CausalError.Diverged => new FitException(message),
            Causal.CausalError.BadModelFile => new ModelFileException(message),
            _ => new DataException(message),
        };
    }

    private static BgmException Exception(Table.BgmError error)
    {
        var message = Table.BgmErrorModule.message(error);
        return error switch
        {
            Table.BgmError.BadOption or Table.BgmError.BadSetting => new OptionException(message),
            Table.BgmError.Checkpoint => new CheckpointException(message),
            Table.BgmError.Diverged => new FitException(message),
            Table.BgmError.BadModelFile => new ModelFileException(message),
            _ => new DataException(message),
        };
    }

    private static BgmException Exception(Core.FlowError error)
    {
        var message = Core.FlowErrorModule.message(error);
        return error switch
        {
            Core.FlowError.Data or Core.FlowError.OtherRows => new DataException(message),
            Core.FlowError.ValidationData => new DataException(message) { IsOfValidation = true },
            Core.FlowError.Checkpoint => new CheckpointException(message),
            Core.FlowError.BadOption => new OptionException(message),
            Core.FlowError.Diverged or Core.FlowError.BootstrapFailed => new FitException(message),
            Core.FlowError.BadModelFile => new ModelFileException(message),
            Core.FlowError.UnknownNode
                or Core.FlowError.NotALevel
                or Core.FlowError.NotANumber
                or Core.FlowError.WrongLength
                or Core.FlowError.BadReference
                or Core.FlowError.TooFewRows
                or Core.FlowError.NotOrdinal
                or Core.FlowError.NotContinuous
                or Core.FlowError.NotAParent
                or Core.FlowError.NoEdge
                or Core.FlowError.NotAShift
                or Core.FlowError.NotGiven
                or Core.FlowError.NodeIsSet
                or Core.FlowError.NotDownstream
                or Core.FlowError.NoSuchLevel
                or Core.FlowError.WrongStatistic
                or Core.FlowError.NoRecipe
                or Core.FlowError.NoAnswer => new QueryException(message),
            { IsNoInference: true } => new QueryException(message),
            Core.FlowError.NothingToDraw => new QueryException(message),
            _ => new GraphException([message]),
        };
    }
}
