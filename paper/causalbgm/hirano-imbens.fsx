// The average dose-response curve of Hirano and Imbens' population, x + 2/(1 + x)³, from 20 000 rows with 200 covariates, of which two move the
// treatment and two the outcome.
//
// Source      Liu and Wong, arXiv:2501.00755; Hirano and Imbens 2004
// Published   RMSE 0.0188, 0.0263 and 0.0289, MAPE 0.0103, 0.0108 and 0.0110: single runs of the authors' package on GPUs
// Tolerance   median of three seeds, 20 doses of [0, 3]: RMSE 0.03, MAPE 0.011, and the 99 % band covers the truth at 15 doses (--quick: it runs)
// Recipe      n = 20 000, the preset `recommended`, latents as published; with --published the settings of the package
// Command     dotnet fsi build.fsx paper causalbgm/hirano-imbens [--quick] [--published] [--rows FILE]
#load "curves.fsx"

open BgmFunctional.Simulators
open DoseResponseCurves
open Paper

replicate
    "causalbgm/hirano-imbens"
    "Hirano and Imbens"
    "Liu and Wong, arXiv:2501.00755"
    {
        Simulator = TreatmentSimulator.hiranoImbens
        Doses = fun _ -> between 0.0 3.0 20
    }
    ("0.0188, 0.0263, 0.0289", "0.0103, 0.0108, 0.0110")
    (0.03, 10.0)
    (Some(0.011, 10.0))
