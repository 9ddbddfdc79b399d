/// The C# compiler refuses public members without documentation; this does the same for F#, whose compiler does not.
module BgmFunctional.Tests.DocumentationTests

open System
open System.IO
open System.Reflection
open System.Runtime.CompilerServices
open System.Text.RegularExpressions
open System.Xml.Linq
open Microsoft.FSharp.Reflection
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Flows

/// Names of what the assembly's documentation file describes, such as "Ns.Type.Member", without kinds, parameters and arities.
let private described (assembly: Assembly) =
    XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants(XName.Get "member")
    |> Seq.filter (fun entry -> not (String.IsNullOrWhiteSpace entry.Value))
    |> Seq.map (fun entry -> Regex.Replace(entry.Attribute(XName.Get "name").Value, @"^.:|`+\d+|\(.*", ""))
    |> Set.ofSeq

let private nameOf (t: Type) = Regex.Replace(t.FullName.Replace('+', '.'), @"`\d+", "")

let private isPartOfUnion (t: Type) = not (isNull t.DeclaringType) && FSharpType.IsUnion t.DeclaringType

/// Members that the source shows: no accessors, no constructors, nothing that the compiler makes for equality, unions and records.
let private membersOf (t: Type) =
    let declared =
        BindingFlags.Public
        ||| BindingFlags.Static
        ||| BindingFlags.Instance
        ||| BindingFlags.DeclaredOnly

    let isAccessor (m: MemberInfo) =
        (m :? MethodInfo)
        && (m :?> MethodInfo).IsSpecialName
        && not (m.Name.StartsWith "op_")

    if FSharpType.IsUnion t then
        [ for case in FSharpType.GetUnionCases t -> case.Name ]
    elif FSharpType.IsRecord t then
        [ for field in FSharpType.GetRecordFields t -> field.Name ]
    else
        [
            for m in t.GetMembers declared do
                if
                    not (
                        isAccessor m
                        || m :? ConstructorInfo
                        || m :? Type
                        || m.IsDefined typeof<CompilerGeneratedAttribute>
                    )
                then
                    m.Name
        ]

let private undocumented (assembly: Assembly) =
    let described = described assembly

    [
        for t in assembly.GetExportedTypes() do
            if not (isPartOfUnion t) then
                nameOf t

                for m in membersOf t do
                    $"{nameOf t}.{m}"
    ]
    |> List.filter (fun name -> not (described.Contains name))

[<Fact>]
let ``every public member of the F# libraries is documented`` () =
    for assembly in [ typeof<Tensor>.Assembly; typeof<Flow>.Assembly ] do
        Assert.Empty(undocumented assembly)
