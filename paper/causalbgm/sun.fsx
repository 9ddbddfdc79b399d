// The average dose-response curve of Sun and others' population, x + ½ + e^(−½), from 20 000 rows with 200 covariates and strong nonlinear
// confounding.
//
// Source      Liu and Wong, arXiv:2501.00755; Sun and others 2015
// Tolerance   median of three seeds, 20 doses from the 5 % to the 95 % quantile of the treatment: RMSE 0.10 (--quick: it runs)
// Recipe      n = 20 000, the preset `recommended`, latents as published; with --published the settings of the package
// Command     dotnet fsi build.fsx paper causalbgm/sun [--quick] [--published]
#load "curves.fsx"

open BgmFunctional.Simulators
open DoseResponseCurves

replicate
    "causalbgm/sun"
    "Sun and others"
    "Liu and Wong, arXiv:2501.00755"
    { Simulator = TreatmentSimulator.sun; Doses = bulk 20 }
    ("", "")
    (0.10, 10.0)
    None
