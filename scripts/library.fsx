// What scripts load: the library as `dotnet fsi build.fsx build` made it.
#r "../src/BgmFunctional/bin/Release/net10.0/BgmFunctional.Kernels.dll"
#r "../src/BgmFunctional/bin/Release/net10.0/BgmFunctional.Autodiff.dll"
#r "../src/BgmFunctional/bin/Release/net10.0/BgmFunctional.dll"
