namespace BgmFunctional.Data

open System
open System.Runtime.InteropServices
open System.Security.Cryptography
open System.Text

/// Short names of long contents, to tell whether two are the same: the first 16 digits of SHA-256.
[<RequireQualifiedAccess>]
module internal Fingerprint =

    let private shown (hash: byte[]) = $"sha256 {Convert.ToHexStringLower(hash)[..15]}"

    /// Of a text in UTF-8.
    let ofText (text: string) = SHA256.HashData(Encoding.UTF8.GetBytes text) |> shown

    /// Of columns of numbers, one after the other, to the bit.
    let ofColumns (columns: float[][]) =
        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA256

        for column in columns do
            hash.AppendData(MemoryMarshal.AsBytes(ReadOnlySpan column))

        hash.GetHashAndReset() |> shown
