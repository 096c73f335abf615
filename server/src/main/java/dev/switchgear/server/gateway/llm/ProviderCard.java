package dev.switchgear.server.gateway.llm;

import java.util.List;
import java.util.Map;

/// What is known of a configured provider without asking it.
///
/// @param kind the adapter that speaks to it
/// @param on whether it takes calls
/// @param keys the names of its credentials
/// @param models what the catalogue and the configuration know of its models
public record ProviderCard(
        String provider,
        String kind,
        boolean on,
        List<String> keys,
        List<Map<String, Object>> models) {
    public ProviderCard {
        keys = List.copyOf(keys);
        models = List.copyOf(models);
    }
}
