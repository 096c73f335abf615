package dev.switchgear.families.llm.scan;

import java.util.List;
import java.util.Optional;

/// A top-level field by which a client says where its request may go, in the words of other gateways.
/// Whether it is meant for us is not known here: a provider may be such a gateway itself.
public sealed interface Steer {
    String field();

    /// Offset of the opening quote of its name.
    int from();

    /// Offset behind its value.
    int to();

    /// Parts that nobody here acts on, as `field.part`.
    List<String> unused();

    /// `models` (OpenRouter), `fallbacks` (Bifrost, LiteLLM): names to try one after the other.
    record Models(String field, int from, int to, List<String> models, List<String> unused)
            implements Steer {
        public Models {
            models = List.copyOf(models);
            unused = List.copyOf(unused);
        }
    }

    /// `provider` (OpenRouter).
    ///
    /// @param order providers to try first, in this order
    /// @param only no others
    /// @param ignore not these
    /// @param allowFallbacks whether anybody else may be asked
    /// @param sort what decides instead of the route's own strategy
    record Providers(
            String field,
            int from,
            int to,
            List<String> order,
            List<String> only,
            List<String> ignore,
            Optional<Boolean> allowFallbacks,
            Optional<Sort> sort,
            List<String> unused)
            implements Steer {
        public Providers {
            order = List.copyOf(order);
            only = List.copyOf(only);
            ignore = List.copyOf(ignore);
            unused = List.copyOf(unused);
        }
    }

    /// What providers are put in order by.
    enum Sort {
        PRICE,
        LATENCY
    }
}
