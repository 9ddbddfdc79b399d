# Writes the tables of this folder and the results of R's classical fits on them:
#   Rscript export.R        (in this folder; base R with MASS, ordinal and MatchIt)
# Numbers are written with as many digits as give the same double back.

folder <- function(name) { dir.create(name, showWarnings = FALSE); name }

writeTable <- function(table, name, file) {
  path <- file.path(folder(name), file)
  connection <- file(path, "wb")                                # LF on every system
  write.csv(table, connection, row.names = FALSE, quote = FALSE)
  close(connection)
  stopifnot(isTRUE(all.equal(read.csv(path), droplevelsToText(table), tolerance = 1e-15)))
}

# What a reader sees of a table: numbers, and levels by their names.
droplevelsToText <- function(table) {
  table[] <- lapply(table, function(column) if (is.factor(column)) type.convert(as.character(column), as.is = TRUE) else column)
  rownames(table) <- NULL
  table
}

# ---- JSON, small enough to need no package ----------------------------------------------------------------------------

text <- function(x) paste0('"', gsub('(["\\\\])', '\\\\\\1', x), '"')
number <- function(x) sprintf("%.17g", x)
object <- function(names, values) paste0("{", paste0(text(names), ": ", values, collapse = ", "), "}")
row <- function(values) paste0("[", paste(values, collapse = ", "), "]")

estimates <- function(estimate, error) {
  lines <- paste0("    ", text(names(estimate)), ": ", mapply(function(b, s) object(c("estimate", "standardError"), number(c(b, s))), estimate, error))
  paste0("{\n", paste(lines, collapse = ",\n"), "\n  }")
}

matrixOf <- function(m) paste0("[\n", paste0("    ", apply(m, 1, function(r) row(number(r))), collapse = ",\n"), "\n  ]")

writeFit <- function(path, data, call, package, fields, covariance) {
  head <- c(
    data = text(data),
    call = text(call),
    software = object(c("R", package), text(c(paste(R.version$major, R.version$minor, sep = "."), packageDescription(package)$Version))))
  tail <- c(covarianceNames = row(text(rownames(covariance))), covariance = matrixOf(covariance))
  all <- c(head, fields, tail)
  connection <- file(path, "wb")
  writeLines(paste0("{\n", paste0("  ", text(names(all)), ": ", all, collapse = ",\n"), "\n}"), connection)
  close(connection)
}

errorsOf <- function(fit) sqrt(diag(vcov(fit)))

# Proportional odds: logit P(Y <= k) = zeta_k - eta.
writePolr <- function(path, data, call, fit) {
  error <- errorsOf(fit)
  writeFit(path, data, call, "MASS", c(
    rows = number(fit$n),
    logLik = number(as.numeric(logLik(fit))),
    coefficients = estimates(coef(fit), error[names(coef(fit))]),
    zeta = estimates(fit$zeta, error[names(fit$zeta)])), vcov(fit))
}

writeGlm <- function(path, data, call, fit) writeFit(path, data, call, "stats", c(
  rows = number(nobs(fit)),
  logLik = number(as.numeric(logLik(fit))),
  coefficients = estimates(coef(fit), errorsOf(fit))), vcov(fit))

# The call is kept as text, so that the file says what was run.
run <- function(call, data) eval(parse(text = call), list(d = data), globalenv())

# ---- housing ------------------------------------------------------------------------------------------------------------

housing <- MASS::housing[rep(seq_len(nrow(MASS::housing)), MASS::housing$Freq), c("Sat", "Infl", "Type", "Cont")]
writeTable(housing, "housing", "housing.csv")

call <- "MASS::polr(Sat ~ Infl + Type + Cont, data = d, Hess = TRUE, control = list(reltol = 1e-15, maxit = 1000))"
writePolr("housing/polr.json", "housing.csv", call, run(call, housing))

# ---- wine ---------------------------------------------------------------------------------------------------------------

wine <- ordinal::wine[, c("rating", "temp", "contact", "bottle", "judge", "response")]
writeTable(wine, "wine", "wine.csv")

call <- "MASS::polr(rating ~ temp + contact, data = d, Hess = TRUE, control = list(reltol = 1e-15, maxit = 1000))"
writePolr("wine/polr.json", "wine.csv", call, run(call, wine))

# A continuous node with an affine transformation: u = exp(a) y + b + beta x is standard logistic. Newton's method on R's own derivatives.
density <- deriv3(
  ~ -(exp(a) * y + b + warm * w + yes * v) - 2 * log(1 + exp(-(exp(a) * y + b + warm * w + yes * v))) + a,
  c("a", "b", "warm", "yes"), function(a, b, warm, yes, y, w, v) NULL)
with(wine, {
  at <- function(p) density(p[1], p[2], p[3], p[4], response, as.numeric(temp == "warm"), as.numeric(contact == "yes"))
  p <- c(a = log(pi / sqrt(3) / sd(response)), b = -mean(response) * pi / sqrt(3) / sd(response), tempwarm = 0, contactyes = 0)
  for (step in 1:50) p <- p - solve(apply(attr(at(p), "hessian"), 2:3, sum), colSums(attr(at(p), "gradient")))
  covariance <- solve(-apply(attr(at(p), "hessian"), 2:3, sum))
  dimnames(covariance) <- list(names(p), names(p))
  writeFit("wine/logistic.json", "wine.csv", "u = exp(a) response + b + beta (temp, contact), logistic; deriv3 and Newton's method", "stats", c(
    rows = number(length(response)),
    logLik = number(sum(at(p))),
    coefficients = estimates(p, sqrt(diag(covariance)))), covariance)
})

# ---- lalonde ------------------------------------------------------------------------------------------------------------

data(lalonde, package = "MatchIt")
writeTable(lalonde, "lalonde", "lalonde.csv")

thousands <- lalonde
thousands[c("re74", "re75", "re78")] <- round(lalonde[c("re74", "re75", "re78")] / 1000, 9)   # all the digits there are
writeTable(thousands, "lalonde", "lalonde-thousands.csv")

call <- paste(
  "glm(treat ~ age + educ + race + married + nodegree + re74 + re75, family = binomial, data = d,",
  "control = list(epsilon = 1e-14, maxit = 100))")
writeGlm("lalonde/glm.json", "lalonde.csv", call, run(call, lalonde))
writeGlm("lalonde/glm-thousands.json", "lalonde-thousands.csv", call, run(call, thousands))

# ---- pima ---------------------------------------------------------------------------------------------------------------

writeTable(rbind(MASS::Pima.tr, MASS::Pima.te), "pima", "pima.csv")

# ---- stroke -------------------------------------------------------------------------------------------------------------

# A simulated cohort (after arXiv:2606.12623, the `ls` variant): every latent is standard logistic.
cohort <- function(n) {
  clip <- function(x, low, high) pmin(pmax(x, low), high)
  level <- function(cuts, shift) sapply(shift, function(s) sum(rlogis(1) > cuts - s))
  Age <- clip(73 + 7.6 * rlogis(n), 20, 103)
  a <- (Age - 73) / 10
  mRS_pre <- level(c(0.20, 1.15, 2.05, 3.20, 5.20), 0.55 * a)
  NIHSSa <- clip(6 + 36 * plogis((0.45 * a + 0.25 * mRS_pre + 0.85 * rlogis(n) - 1.75) / 1.5), 6, 42)
  s <- (NIHSSa - 15) / 6
  T <- rbinom(n, 1, plogis(1.9 - 0.45 * pmax(a + 0.5, 0) - 0.30 * pmax(s - 1, 0)))
  mRS_3m <- level(c(-1.85, -0.75, 0.05, 0.80, 1.55, 2.35), 0.85 * s + 0.55 * a + 0.45 * mRS_pre - 0.85 * T)
  data.frame(Age = round(Age, 2), mRS_pre, NIHSSa = round(NIHSSa, 2), T, mRS_3m)
}

set.seed(1)
stroke <- cohort(1275)
writeTable(stroke, "stroke", "stroke.csv")
stroke$mRS_pre <- factor(stroke$mRS_pre)
stroke$mRS_3m <- factor(stroke$mRS_3m)

polr <- function(formula) paste0("MASS::polr(", formula, ", data = d, Hess = TRUE, control = list(reltol = 1e-15, maxit = 1000))")
call <- polr("mRS_3m ~ Age + mRS_pre + NIHSSa + T")
writePolr("stroke/polr-mRS_3m.json", "stroke.csv", call, run(call, stroke))
call <- polr("mRS_pre ~ Age")
writePolr("stroke/polr-mRS_pre.json", "stroke.csv", call, run(call, stroke))
call <- "glm(T ~ Age + NIHSSa, family = binomial, data = d, control = list(epsilon = 1e-14, maxit = 100))"
writeGlm("stroke/glm-T.json", "stroke.csv", call, run(call, stroke))
