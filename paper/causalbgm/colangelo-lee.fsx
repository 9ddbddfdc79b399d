// The average dose-response curve of Colangelo and Lee's population, 1.2x + x³, from 20 000 rows with 100 correlated covariates.
//
// Source      Liu and Wong, arXiv:2501.00755; Colangelo and Lee 2020
// Tolerance   median of three seeds, 20 doses from the 5 % to the 95 % quantile of the treatment: RMSE 0.25 (--quick: it runs)
// Recipe      n = 20 000, the preset `recommended`, latents as published; with --published the settings of the package
// Command     dotnet fsi build.fsx paper causalbgm/colangelo-lee [--quick] [--published]
#load "curves.fsx"

open BgmFunctional.Simulators
open DoseResponseCurves

replicate
    "causalbgm/colangelo-lee"
    "Colangelo and Lee"
    "Liu and Wong, arXiv:2501.00755"
    { Simulator = TreatmentSimulator.colangeloLee; Doses = bulk 20 }
    ("", "")
    (0.25, 10.0)
    None
