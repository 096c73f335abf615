package dev.switchgear.server.gateway.llm;

import dev.switchgear.families.llm.model.Found;
import dev.switchgear.families.llm.model.Model;
import dev.switchgear.families.llm.model.ModelTraits;
import java.util.Optional;

/// What is to be known of a model that the catalogue may have found. Pure.
final class CatalogueTraits {
    private CatalogueTraits() {}

    static ModelTraits of(Optional<Found> found) {
        return found.map(Found::model).map(Model::traits).orElse(ModelTraits.UNKNOWN);
    }

    /// Tokens of a prompt that fit, where that is known; no bound otherwise.
    static long room(Optional<Found> found) {
        return found.flatMap(known -> known.model().size())
                .map(size -> size.maxInput().orElse(size.context().orElse(Long.MAX_VALUE)))
                .orElse(Long.MAX_VALUE);
    }
}
