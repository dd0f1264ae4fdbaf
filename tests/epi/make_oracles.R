# Writes tests/epi/oracles/*.csv: what other programs answer for series made up here. Run: Rscript tests/epi/make_oracles.R tests/epi/oracles
# Needs R with EpiEstim, surveillance and spdep (Debian: r-base-core r-cran-epiestim r-cran-surveillance r-cran-spdep).
suppressMessages({ library(EpiEstim); library(spdep); library(surveillance) })
out <- commandArgs(trailingOnly = TRUE)[1]
set.seed(20211011)

save <- function(table, name) {
  for (column in names(table)) {
    if (is.numeric(table[[column]])) table[[column]] <- formatC(table[[column]], digits = 17, format = "g", width = 1)
  }
  write.table(table, file.path(out, paste0(name, ".csv")), sep = ",", quote = FALSE, row.names = FALSE)
}

# --- quantiles of the Gamma distribution: small and large shapes, both tails ---------------------------------------------------
shapes <- c(0.01, 0.05, 0.2, 0.5, 0.9, 1, 1.5, 2, 5, 9.99, 10, 11, 37.25, 100, 1234, 1e4, 54321.5, 1e5, 1e6, 1e7, 5e7)
p <- c(1e-10, 1e-6, 0.001, 0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975, 0.999, 1 - 1e-6)
gamma <- expand.grid(p = p, shape = shapes)
gamma$x <- qgamma(gamma$p, shape = gamma$shape)
save(gamma, "gamma_quantiles")

# --- the reproduction number ---------------------------------------------------------------------------------------------------
wave <- function(days, top) round(top * (0.02 + sin(seq_len(days) / 23)^2) * exp(rnorm(days, 0, 0.3)))
series <- list(
  long = wave(500, 3000),
  huge = wave(120, 3e6),
  tiny = rpois(90, 0.15),
  late = c(rep(0, 25), 1, rep(0, 6), rpois(40, 3), rep(0, 30)),
  short = c(2, 0, 1, 4, 0, 3, 2, 5, 1),
  jumps = c(rep(0, 3), 80000, rep(0, 12), rpois(30, 2), 250000, rep(1, 20))
)
settings <- data.frame(
  series = c("long", "huge", "tiny", "late", "short", "jumps", "long", "tiny", "huge", "late"),
  siMean = c(5.2, 4.7, 2.6, 6.5, 2.6, 3.96, 12, 8.4, 1.05, 5.2), siSd = c(1.7, 2.9, 1.5, 4.03, 1.5, 4.75, 6, 3.8, 0.4, 5.1),
  window = c(7, 7, 7, 14, 3, 1, 28, 7, 7, 5), priorMean = c(5, 5, 5, 5, 5, 5, 2.6, 1, 0.5, 2), priorSd = c(5, 5, 5, 5, 5, 5, 2, 3, 0.1, 9)
)
save(settings, "rt_settings")
for (name in names(series)) save(data.frame(I = series[[name]]), paste0("rt_", name))
for (row in seq_len(nrow(settings))) {
  s <- settings[row, ]
  cases <- series[[s$series]]
  start <- seq(2, length(cases) - s$window + 1)
  config <- make_config(list(mean_si = s$siMean, std_si = s$siSd, t_start = start, t_end = start + s$window - 1,
                             mean_prior = s$priorMean, std_prior = s$priorSd))
  r <- suppressWarnings(estimate_R(cases, method = "parametric_si", config = config))$R
  names(r) <- c("start", "end", "mean", "sd", "q025", "q05", "q25", "median", "q75", "q95", "q975")
  keep <- if (nrow(r) > 100) seq(1, nrow(r), 7) else seq_len(nrow(r))
  save(r[keep, ], paste0("rt_expected_", row))
}
imported <- data.frame(local = rpois(60, 6), imported = rpois(60, 2))
imported$local[1] <- 0
save(imported, "rt_imported")
r <- suppressWarnings(estimate_R(imported, method = "parametric_si", config = make_config(list(
  mean_si = 5.2, std_si = 1.7, t_start = 2:54, t_end = 8:60))))$R
names(r) <- c("start", "end", "mean", "sd", "q025", "q05", "q25", "median", "q75", "q95", "q975")
save(r, "rt_imported_expected")

# --- by cohort -------------------------------------------------------------------------------------------------------------------
for (name in c("late", "short")) {
  cases <- series[[name]]
  start <- seq(2, length(cases) - 6)
  r <- suppressWarnings(wallinga_teunis(cases, method = "parametric_si", config = list(
    mean_si = 2.6, std_si = 1.5, t_start = start, t_end = start + 6, n_sim = 0)))$R
  save(data.frame(start = r$t_start, end = r$t_end, mean = r[["Mean(R)"]]), paste0("cohort_", name))
}

# --- rates and clusters of neighbouring units --------------------------------------------------------------------------------------
units <- expand.grid(x = 1:12, y = 1:10)
units$x <- units$x + runif(120, -0.3, 0.3)
units$y <- units$y + runif(120, -0.3, 0.3)
units$population <- round(exp(rnorm(120, 8.5, 1)))
units$cases <- rpois(120, units$population * 4e-4 * ifelse(units$x < 4 & units$y < 4, 4, 1))
save(units, "units")
near <- knn2nb(knearneigh(as.matrix(units[, c("x", "y")]), k = 6))
global <- EBest(units$cases, units$population)
local <- EBlocal(units$cases, units$population, near)
rate <- global$raw
moran <- localmoran(rate, nb2listw(near, style = "W"), conditional = FALSE)
conditional <- localmoran(rate, nb2listw(near, style = "W"))
save(data.frame(
  raw = rate, global = global$estmm, local = local$est,
  gi_row = as.numeric(localG(rate, nb2listw(include.self(near), style = "W"))),
  gi_binary = as.numeric(localG(rate, nb2listw(include.self(near), style = "B"))),
  moran = conditional[, 1], moran_expected = conditional[, 2], moran_variance = conditional[, 3], moran_z = conditional[, 4],
  moran_p = conditional[, 5], moran_total_z = moran[, 4]
), "units_expected")

# --- alarms ------------------------------------------------------------------------------------------------------------------------
daily <- rpois(150, 8 + 5 * sin(seq_len(150) / 20))
daily[c(60, 61, 110)] <- daily[c(60, 61, 110)] + 25
daily[70:85] <- 0
save(data.frame(cases = daily), "daily")
table <- data.frame(day = seq_along(daily))
for (method in c("C1", "C2", "C3")) {
  range <- seq(c(C1 = 8, C2 = 10, C3 = 12)[[method]], length(daily))
  alarm <- earsC(sts(observed = daily, frequency = 365), control = list(range = range, method = method))
  table[[method]] <- NA
  table[[method]][range] <- as.numeric(alarm@upperbound)
}
save(table, "daily_ears")

weekly <- rnbinom(52 * 8, size = 20, mu = exp(2.2 + 0.0015 * seq_len(52 * 8) + 0.6 * cos(2 * pi * seq_len(52 * 8) / 52)))
weekly[c(300, 301, 350, 390)] <- weekly[c(300, 301, 350, 390)] + 60
sparse <- rpois(52 * 8, 0.4)
save(data.frame(cases = weekly), "weekly")
save(data.frame(cases = sparse), "weekly_sparse")
for (name in c("weekly", "weekly_sparse")) {
  observed <- if (name == "weekly") weekly else sparse
  range <- seq(5 * 52 + 4, length(observed))
  for (alpha in c(0.05, 0.01)) {
    r <- suppressWarnings(farrington(sts(observed = observed, frequency = 52), control = list(
      range = range, b = 5, w = 3, reweight = TRUE, alpha = alpha)))
    trend <- suppressWarnings(algo.farrington(create.disProg(seq_along(observed), observed, observed * 0, freq = 52), control = list(
      range = range, b = 5, w = 3, reweight = TRUE, alpha = alpha)))$trend
    save(data.frame(week = range, upper = as.numeric(r@upperbound), alarm = as.numeric(r@alarm), trend = as.numeric(trend)),
         paste0(name, "_farrington_", alpha))
  }
}

# --- cases that are not reported yet -----------------------------------------------------------------------------------------------
days <- 60
onset <- rep(seq_len(days), rpois(days, 20 + 15 * sin(seq_len(days) / 10)))
delay <- pmin(rgeom(length(onset), 0.3), 14)
list <- data.frame(onset = as.Date("2021-06-01") + onset - 1, report = as.Date("2021-06-01") + onset - 1 + delay)
now <- as.Date("2021-06-01") + days - 1
known <- list[list$report <= now, ]
counts <- aggregate(rep(1, nrow(known)), by = list(onset = as.character(known$onset), report = as.character(known$report)), FUN = sum)
names(counts)[3] <- "cases"
counts <- counts[order(counts$onset, counts$report), ]
save(counts, "reports")
for (m in c(NA, 20)) {
  nc <- suppressMessages(suppressWarnings(nowcast(now = now, when = now - (14:0), data = list, dEventCol = "onset", dReportCol = "report",
    method = "lawless", D = 14, m = if (is.na(m)) NULL else m, m.interpretation = "lawless1994",
    control = list(dRange = c(as.Date("2021-06-01"), now), N.tInf.max = 300))))
  share <- rev(nc@delayCDF[["lawless"]])
  triangle <- reportingTriangle(nc)
  reported <- attr(triangle, "N.tT")
  save(data.frame(onset = as.character(attr(triangle, "t02s")), reported = as.numeric(reported), share = as.numeric(share),
                  estimate = as.numeric(reported) / as.numeric(share)), paste0("reports_nowcast_", if (is.na(m)) "all" else m))
}

# --- alarms with a level for each part of the year -----------------------------------------------------------------------------------
# As Noufaily et al. (2013) recommend, and with other parts, years and limits; the trend is kept whatever its p value.
for (name in c("weekly", "weekly_sparse")) {
  observed <- if (name == "weekly") weekly else sparse
  for (setting in list(c(5, 3, 10, 26, 0.05), c(3, 2, 4, 10, 0.01), c(2, 3, 1, 3, 0.05))) {
    range <- seq(setting[1] * 52 + setting[2] + 1, length(observed))
    r <- suppressWarnings(farringtonFlexible(sts(observed = observed, frequency = 52), control = list(
      range = range, b = setting[1], w = setting[2], noPeriods = setting[3], pastWeeksNotIncluded = setting[4], alpha = setting[5],
      pThresholdTrend = 1, weightsThreshold = 2.58, thresholdMethod = "nbPlugin", glmWarnings = FALSE)))
    save(data.frame(week = range, upper = as.numeric(r@upperbound), alarm = as.numeric(r@alarm), trend = as.numeric(r@control$trend)),
         paste0(name, "_flexible_", setting[1]))
  }
}
# --- figures of a window, with the intervals that R has for them ------------------------------------------------------------------
rates <- expand.grid(cases = c(0, 1, 2, 7, 45, 980, 120000), people = c(812, 30000, 8993083))
interval <- t(mapply(function(x, n) poisson.test(x, T = n)$conf.int * 1e5, rates$cases, rates$people))
rates <- cbind(rates, value = rates$cases / rates$people * 1e5, low = interval[, 1], high = interval[, 2])
save(rates[rates$cases <= rates$people, ], "window_rates")
shares <- expand.grid(part = c(0, 1, 3, 40, 1000), whole = c(1, 9, 40, 1000, 25000))
shares <- shares[shares$part <= shares$whole, ]
interval <- t(mapply(function(x, n) suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int, shares$part, shares$whole))
save(cbind(shares, value = shares$part / shares$whole, low = interval[, 1], high = interval[, 2]), "window_shares")
lines <- list(c(3, 1, 4, 1, 5, 9, 2), c(0, 0, 0, 0, 0, 0, 1), c(10, 20, 30, 40, 50, 60, 71), c(900, 850, 870, 610, 590, 400, 380), c(1, 2, 4),
              c(5, 3, 8, 9, 7, 11, 14, 13, 18, 17, 22, 20, 25, 31))
slopes <- do.call(rbind, lapply(lines, function(y) {
  x <- seq_along(y)
  interval <- confint(lm(y ~ x))["x", ]
  data.frame(counts = paste(y, collapse = " "), value = coef(lm(y ~ x))[["x"]], low = interval[[1]], high = interval[[2]])
}))
save(slopes, "window_slopes")
