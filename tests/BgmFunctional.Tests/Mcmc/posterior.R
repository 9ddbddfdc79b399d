# Prints the oracle of DiagnosticsTests.fs: Rscript posterior.R (R 4.2.2, package posterior 1.4.0).
suppressMessages(library(posterior))

# Uniform numbers by a congruential generator whose products are exact in doubles; noise is the sum of four, less two.
uniforms <- function(n) {
  state <- 1
  u <- numeric(n)
  for (i in 1:n) { state <- (69069 * state + 1) %% 2^32; u[i] <- state / 2^32 }
  u
}
noise <- function(n) colSums(matrix(uniforms(4 * n), 4)) - 2
ar <- function(e, phi) { x <- e; for (i in 2:length(e)) x[i] <- phi * x[i - 1] + e[i]; x }
chains <- function(n, m, phi) apply(matrix(noise(n * m), n), 2, ar, phi)

cases <- list(
  mixing = chains(101, 4, 0.5),
  slow = chains(250, 2, 0.95),
  antithetic = chains(400, 1, -0.6),
  shifted = chains(100, 4, 0.2) + matrix(rep(0:3 / 4, each = 100), 100),
  scaled = chains(100, 4, 0.2) * matrix(rep(1:4, each = 100), 100),
  ties = floor(3 * matrix(uniforms(360), 120)))

for (name in names(cases)) {
  x <- cases[[name]]
  values <- suppressWarnings(c(rhat(x), ess_bulk(x), ess_tail(x), ess_quantile(x, 0.3), ess_mean(x), mcse_mean(x)))
  cat(sprintf("    \"%s\", [ %s ]\n", name, paste(sprintf("%.15g", values), collapse = "; ")))
}
