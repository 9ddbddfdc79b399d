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
