# Five completed tables by R's mice and what its pool says about them:
#   Rscript pooling.R        (in this folder; R 4.2.2 with mice 3.15.0, r-cran-mice of Debian 12)
# Numbers are written with as many digits as give the same double back.
suppressPackageStartupMessages(library(mice))

table <- read.csv("../../../../data/pima/pima.csv", stringsAsFactors = TRUE)[1:60, c("glu", "skin", "bmi", "type")]
set.seed(1)
for (name in names(table)) table[runif(nrow(table)) < 0.2, name] <- NA
imputed <- mice(table, m = 5, maxit = 5, seed = 1, method = c("norm", "pmm", "norm", "logreg"), printFlag = FALSE)

completed <- complete(imputed, "long")[, c(".imp", names(table))]
completed[] <- lapply(completed, function(x) if (is.numeric(x)) sprintf("%.17g", x) else as.character(x))
write.csv(completed, "completed.csv", row.names = FALSE, quote = FALSE)

pooled <- function(name, fit) {
  rows <- summary(pool(fit), type = "all", conf.int = TRUE, conf.level = 0.95)
  columns <- c("estimate", "std.error", "2.5 %", "97.5 %", "df", "ubar", "b", "t", "fmi")
  numbers <- as.data.frame(lapply(rows[columns], sprintf, fmt = "%.17g"))
  names(numbers) <- c("estimate", "error", "low", "high", "df", "within", "between", "total", "missing")
  cbind(fit = name, term = as.character(rows$term), numbers)
}
write.csv(rbind(
  pooled("bmi ~ skin + glu + type", with(imputed, lm(bmi ~ skin + glu + type))),
  pooled("glu ~ 1", with(imputed, lm(glu ~ 1))),
  pooled("skin ~ 1", with(imputed, lm(skin ~ 1))),
  pooled("bmi ~ 1", with(imputed, lm(bmi ~ 1)))), "pooled.csv", row.names = FALSE, quote = FALSE)
