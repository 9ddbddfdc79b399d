// All replications, in one process: dotnet fsi build.fsx paper [--quick]
#load "library.fsx"
#load "triangle-linear.fsx"
#load "triangle-atan.fsx"
#load "triangle-sin.fsx"
#load "mixed-linear.fsx"
#load "mixed-exp.fsx"
#load "vaca.fsx"
#load "carefl.fsx"
#load "stroke.fsx"
#load "causalbgm/hirano-imbens.fsx"
#load "causalbgm/sun.fsx"
#load "causalbgm/colangelo-lee.fsx"
#load "causalbgm/binary.fsx"
#load "causalbgm/lalonde.fsx"
#load "bgm/imputation.fsx"
#load "bgm/low-rank.fsx"

exit (if Paper.verdicts.Contains false then 1 else 0)
