package dev.switchgear.families.llm.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is known of a provider, and of its models by their ids, in the order of the data.
public record ProviderFacts(
        String name, Map<DocumentedLimit, Fact<Long>> limits, Map<String, Model> models) {
    public ProviderFacts {
        limits = Map.copyOf(limits);
        models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    }

    ProviderFacts overriddenBy(ProviderFacts other) {
        var most = new LinkedHashMap<>(limits);
        most.putAll(other.limits);
        var all = new LinkedHashMap<>(models);
        other.models.forEach((id, model) -> all.merge(id, model, Model::overriddenBy));
        return new ProviderFacts(name, most, all);
    }
}
