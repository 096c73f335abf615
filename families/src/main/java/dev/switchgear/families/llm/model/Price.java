package dev.switchgear.families.llm.model;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/// What a model's tokens cost: one row of its price list.
///
/// @param picos pico-dollars (10^-12 USD) for one token, which is the usual price in USD for a million
///     tokens times 10^6; what is missing is not priced apart
/// @param from the first day (UTC) it holds; empty for since ever
/// @param until the last day (UTC) it holds; empty for until further notice
/// @param above it holds for requests whose whole prompt has more tokens than this, and then for all
///     of their tokens; 0 for all
/// @param percents what another service than [Service#STANDARD] costs of this; what no source tells
///     is missing
/// @param note what to know of it; may be empty
public record Price(
        Map<Rate, Long> picos,
        Optional<LocalDate> from,
        Optional<LocalDate> until,
        long above,
        Map<Service, Integer> percents,
        FactSource source,
        String note) {
    public Price {
        picos = Map.copyOf(picos);
        percents = Map.copyOf(percents);
    }

    /// Pico-dollars for one token; -1 where this is not priced apart.
    public long picos(Rate rate) {
        return picos.getOrDefault(rate, -1L);
    }

    public boolean holdsOn(LocalDate day) {
        return from.map(first -> !day.isBefore(first)).orElse(true)
                && until.map(last -> !day.isAfter(last)).orElse(true);
    }
}
