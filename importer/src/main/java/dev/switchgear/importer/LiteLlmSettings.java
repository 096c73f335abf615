package dev.switchgear.importer;

import dev.switchgear.importer.ImportPart.Fields;
import java.util.Optional;
import java.util.Set;

/// LiteLLM's settings outside of its deployments, which may stand in more than one place.
record LiteLlmSettings(Fields source, Findings ledger) {
    private static final String ROUTER = "router_settings";
    private static final String LIBRARY = "litellm_settings";
    private static final String GENERAL = "general_settings";
    private static final Set<String> SECTIONS = Set.of(ROUTER, LIBRARY, GENERAL);

    /// Whether a section of this name holds settings.
    static boolean section(String name) {
        return SECTIONS.contains(name);
    }

    /// Whether there are any.
    static boolean any(Fields source) {
        return SECTIONS.stream().anyMatch(name -> source.at(name).isPresent());
    }

    /// A setting of the router; most of them may also stand among those of the library.
    Optional<ImportPart> global(String name) {
        Optional<ImportPart> router = Values.at(source, ROUTER, name);
        Optional<ImportPart> library = Values.at(source, LIBRARY, name);
        if (router.isPresent() && library.isPresent() && ledger.open(library.get())) {
            ledger.dropped(library.get(), "`router_settings." + name + "` comes before it.");
        }
        return router.isPresent() ? router : library;
    }

    Optional<ImportPart> library(String name) {
        return Values.at(source, LIBRARY, name);
    }

    Optional<ImportPart> general(String name) {
        return Values.at(source, GENERAL, name);
    }
}
