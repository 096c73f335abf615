package dev.switchgear.server.api.operate;

import dev.switchgear.server.api.Visit;
import tools.jackson.databind.json.JsonMapper;

/// A page of this room: one JSON value, as it stands now.
final class JsonPage {
    private static final JsonMapper JSON = JsonMapper.shared();

    private JsonPage() {}

    /// @param body what Jackson writes: maps, lists and plain values
    static void show(Visit visit, Object body) {
        visit.exchange().respond(visit.head(200, "application/json"), JSON.writeValueAsBytes(body));
    }
}
