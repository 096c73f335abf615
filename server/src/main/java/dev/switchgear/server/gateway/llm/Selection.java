package dev.switchgear.server.gateway.llm;

import dev.switchgear.families.llm.scan.Steer.Sort;
import java.util.List;
import java.util.Optional;

/// What a client says about where one request may go. A value: equal ones share a route's memory.
///
/// @param models to try one after the other behind the one that is asked for
/// @param order providers to ask first, in this order
/// @param only no others
/// @param ignore not these
/// @param alone nobody but those in `order` may be asked; without an `order`, only whoever is first
/// @param sort what decides instead of the route's strategy
public record Selection(
        List<String> models,
        List<String> order,
        List<String> only,
        List<String> ignore,
        boolean alone,
        Optional<Sort> sort) {
    /// It says nothing.
    public static final Selection NONE =
            new Selection(List.of(), List.of(), List.of(), List.of(), false, Optional.empty());

    public Selection {
        models = List.copyOf(models);
        order = List.copyOf(order);
        only = List.copyOf(only);
        ignore = List.copyOf(ignore);
    }

    /// Whether a provider may be asked at all.
    public boolean admits(String provider) {
        return (only.isEmpty() || only.contains(provider))
                && !ignore.contains(provider)
                && (!alone || order.isEmpty() || order.contains(provider));
    }
}
