/// A synthetic cohort of stroke patients, after arXiv:2606.12623: age, disability before (mRS_pre), severity on arrival (NIHSSa), a treatment T,
/// disability three months later (mRS_3m). Old and severe cases are treated less often, so that the naive contrast flatters the treatment.
module BgmFunctional.Simulators.StrokeCohort

open BgmFunctional.Flows
open BgmFunctional.Numerics

/// How age acts.
type Variant =
    /// Linearly; the treatment works alike at every age.
    | Linear
    /// With a bend from 73 on; the oldest are hardly treated, and the treatment works less the older the patient is.
    | Nonlinear

/// Who is in the table.
type Population =
    /// Patients with an average age of 73, treated as their doctors see fit.
    | Observational
    /// Patients with an average age of 64, treated by the toss of a coin.
    | Trial

let private logistic = Logistic.cdf
let private bend variant a = if variant = Nonlinear then max a 0.0 ** 2.0 else 0.0

// ---- equations, in the paper's order ---------------------------------------------------------------------------------

/// Decades above 73.
let private a age = (age - 73.0) / 10.0

/// Severity in its own units.
let private s nihss = (nihss - 15.0) / 6.0

let private age population u =
    let mean = if population = Trial then 64.0 else 73.0
    max 20.0 (min 103.0 (mean + 7.6 * u))

let private preCuts = [| 0.20; 1.15; 2.05; 3.20; 5.20 |]
let private preShift variant age = 0.55 * a age + 0.18 * bend variant (a age)

let private severity variant age pre u =
    let m = 0.45 * a age + 0.25 * pre + 0.20 * bend variant (a age) + 0.85 * u
    max 6.0 (min 42.0 (6.0 + 36.0 * logistic ((m - 1.75) / 1.5)))

let private oddsOfAge variant age =
    let refusal = if variant = Nonlinear then 1.3 * logistic ((age - 82.0) / 4.0) else 0.0
    -0.45 * max (a age + 0.5) 0.0 - refusal

let private oddsOfSeverity nihss = -0.30 * max (s nihss - 1.0) 0.0

/// The log-odds of being treated.
let private treatmentShift variant age nihss = 1.9 + oddsOfAge variant age + oddsOfSeverity nihss

/// What the treatment does to the latent of mRS_3m at an age.
let treatmentEffect variant (age: float) =
    match variant with
    | Linear -> -0.85
    | Nonlinear -> -0.85 * logistic ((78.0 - age) / 6.0)

let private outcomeCuts = [| -1.85; -0.75; 0.05; 0.80; 1.55; 2.35 |]

let private outcomeShift variant age pre nihss treatment =
    0.85 * s nihss
    + 0.55 * a age
    + 0.45 * pre
    + treatmentEffect variant age * treatment

// ---- truths ----------------------------------------------------------------------------------------------------------

/// E over a population of what a function says at age, mRS_pre and NIHSSa: the two logistic latents at the midpoints of so many slices of equal
/// probability, mRS_pre exactly.
let private expectation variant population (f: float -> float -> float -> float) =
    let slices = 200
    let latents = Array.init slices (fun i -> Logistic.quantile ((float i + 0.5) / float slices))

    let atAge age =
        let below = preCuts |> Array.map (fun cut -> logistic (cut - preShift variant age))

        let upTo k =
            if k < 0 then 0.0
            elif k < below.Length then below[k]
            else 1.0

        seq { 0 .. preCuts.Length }
        |> Seq.sumBy (fun pre ->
            let atPre =
                latents
                |> Array.averageBy (fun u -> f age (float pre) (severity variant age (float pre) u))

            (upTo pre - upTo (pre - 1)) * atPre)

    latents |> Array.averageBy (age population >> atAge)

/// P(mRS_3m ≤ 2), a good outcome, of a patient.
let private good variant age pre nihss treatment =
    logistic (outcomeCuts[2] - outcomeShift variant age pre nihss treatment)

/// P(mRS_3m ≤ 2) under do(T = 1) less that under do(T = 0), on average over a population; by integration, exact to 1e-4.
let averageEffect variant population =
    expectation variant population (fun age pre nihss ->
        good variant age pre nihss 1.0 - good variant age pre nihss 0.0)

/// P(mRS_3m ≤ 2 | T = 1) − P(mRS_3m ≤ 2 | T = 0) in the observational cohort, which is no effect; by integration, exact to 1e-4.
let naiveContrast variant =
    let mean treatment =
        let chance age nihss =
            let treated = logistic (treatmentShift variant age nihss)
            if treatment = 1.0 then treated else 1.0 - treated

        let joint =
            expectation variant Observational (fun age pre nihss ->
                chance age nihss * good variant age pre nihss treatment)

        joint / expectation variant Observational (fun age _ nihss -> chance age nihss)

    mean 1.0 - mean 0.0

let private coefficients variant = [
    let coefficient = Truth.coefficient

    if variant = Linear then
        coefficient "mRS_pre" "Age" 0.055
        coefficient "NIHSSa" "Age" (-0.045 / 0.85)

    yield! Truth.coefficients "NIHSSa" "mRS_pre" (preCuts.Length + 1) (-0.25 / 0.85)
    coefficient "mRS_3m" "NIHSSa" (0.85 / 6.0)

    if variant = Linear then
        coefficient "mRS_3m" "Age" 0.055

    yield! Truth.coefficients "mRS_3m" "mRS_pre" (preCuts.Length + 1) 0.45

    if variant = Linear then
        yield! Truth.coefficients "mRS_3m" "T" 2 (treatmentEffect Linear 73.0)
]

let private trueCurves variant population = [
    let ages = 50.0, 95.0

    if variant = Nonlinear then
        Truth.curve "mRS_pre" "Age" ages (preShift variant)
        Truth.curve "NIHSSa" "Age" ages (fun age -> -(0.45 * a age + 0.20 * bend variant (a age)) / 0.85)

    if population = Observational then
        Truth.curve "T" "Age" ages (oddsOfAge variant)
        Truth.curve "T" "NIHSSa" (6.0, 42.0) oddsOfSeverity

    if variant = Nonlinear then
        for treatment in [ 0.0; 1.0 ] do
            {
                Truth.curve "mRS_3m" "Age" ages (fun age -> 0.55 * a age + treatmentEffect variant age * treatment) with
                    Given = [ "T", treatment ]
            }
]

let private truth variant population () = {
    Coefficients = coefficients variant
    Curves = trueCurves variant population
    Effects = [
        {
            Quantity = "P(mRS_3m <= 2 | do(T = 1)) - P(mRS_3m <= 2 | do(T = 0)) in the trial population"
            Do = []
            Value = averageEffect variant Trial
        }
        {
            Quantity = "P(mRS_3m <= 2 | do(T = 1)) - P(mRS_3m <= 2 | do(T = 0)) in the observational cohort"
            Do = []
            Value = averageEffect variant Observational
        }
        {
            Quantity = "P(mRS_3m <= 2 | T = 1) - P(mRS_3m <= 2 | T = 0) in the observational cohort: naive, no effect"
            Do = []
            Value = naiveContrast variant
        }
    ]
}

// ---- simulators ------------------------------------------------------------------------------------------------------

/// The cohort or the trial. Arrows that are linear on the latent scale are linear shifts, the others complex ones; where age changes what the
/// treatment does, the two enter mRS_3m jointly.
let simulator (variant: Variant) (population: Population) : Simulator =
    let node name terms = Node.continuous name |> Node.withTerms terms
    let ordinal name levels terms = Node.ordinal name levels |> Node.withTerms terms
    let ofAge = if variant = Linear then LinearShift "Age" else ComplexShift [ "Age" ]

    let treatment =
        match population with
        | Trial -> Variable.root (Node.ordinal "T" 2) Noise.Logistic (Variable.level [| 0.0 |] 0.0)
        | Observational ->
            Variable.two
                (ordinal "T" 2 [ ComplexShift [ "Age" ]; ComplexShift [ "NIHSSa" ] ])
                Noise.Logistic
                (fun age nihss u -> Variable.level [| 0.0 |] (treatmentShift variant age nihss) u)

    let ageAndTreatment =
        match variant with
        | Linear -> [ LinearShift "Age"; LinearShift "T" ]
        | Nonlinear -> [ ComplexShift [ "Age"; "T" ] ]

    let name = if variant = Linear then "ls" else "nl"
    let effects = if variant = Linear then "linear effects" else "bent effects of age"

    let fullName, people =
        match population with
        | Observational -> $"stroke-{name}", "Cohort of stroke patients"
        | Trial -> $"stroke-trial-{name}", "Trial of its treatment"

    [
        Variable.root (Node.continuous "Age") Noise.Logistic (age population)
        Variable.one (ordinal "mRS_pre" (preCuts.Length + 1) [ ofAge ]) Noise.Logistic (fun age u ->
            Variable.level preCuts (preShift variant age) u)
        Variable.two (node "NIHSSa" [ ofAge; LinearShift "mRS_pre" ]) Noise.Logistic (severity variant)
        treatment
        Variable.four
            (ordinal
                "mRS_3m"
                (outcomeCuts.Length + 1)
                ([ LinearShift "NIHSSa"; LinearShift "mRS_pre" ] @ ageAndTreatment))
            Noise.Logistic
            (fun nihss pre age treatment u ->
                Variable.level outcomeCuts (outcomeShift variant age pre nihss treatment) u)
    ]
    |> Simulator.create fullName $"{people}, {effects} (arXiv:2606.12623)." (truth variant population)
