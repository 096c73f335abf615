package dev.switchgear.families.llm.price;

import dev.switchgear.families.llm.model.Price;
import java.util.Map;
import java.util.Optional;

/// What counts beside a catalogue.
///
/// @param accounts what an account charges for each of its models, whatever the catalogue says; by the
///     account's id
/// @param unpriced what a token of a model without a price counts as; empty for unknown
public record OwnPrices(Map<String, Price> accounts, Optional<EachToken> unpriced) {
    /// Nothing does.
    public static final OwnPrices NONE = new OwnPrices(Map.of(), Optional.empty());

    public OwnPrices {
        accounts = Map.copyOf(accounts);
    }
}
