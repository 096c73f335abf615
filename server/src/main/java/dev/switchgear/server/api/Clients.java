package dev.switchgear.server.api;

import dev.switchgear.core.call.Rank;
import dev.switchgear.identity.Client;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.LocalNames;
import java.util.Optional;

/// Knows who may come in. Thread-safe.
@FunctionalInterface
public interface Clients {
    /// @param key what the client showed, in whichever header its protocol uses; empty where nothing
    /// @return who it is; empty where it may not come in
    Optional<Client> authenticate(Optional<String> key, HttpExchange exchange);

    /// For a gateway without configured clients: whoever is on this machine needs no key. A web page
    /// in a browser on this machine is not that: it shows by a foreign origin, or (where a foreign
    /// name was made to point here) by a foreign host.
    static Clients onThisMachine() {
        return onThisMachine(CrossOrigin.NONE);
    }

    /// The same, and the pages that the operator named, each by its very origin, need no key either;
    /// they call, and operate nothing.
    static Clients onThisMachine(CrossOrigin pages) {
        var local = Optional.of(new Client("local", Rank.NORMAL, true));
        var page = Optional.of(new Client("local", Rank.NORMAL));
        return (_, exchange) -> {
            if (!exchange.remote().isLoopbackAddress()
                    || !exchange.header("host").map(LocalNames::contains).orElse(true)) {
                return Optional.empty();
            }
            Optional<String> origin = exchange.header("origin");
            if (origin.map(LocalNames::ofOrigin).orElse(true)) {
                return local;
            }
            return pages.names(origin.get()) ? page : Optional.empty();
        };
    }
}
