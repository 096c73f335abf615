package dev.switchgear.server.api.own;

import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Problem.Voice;
import dev.switchgear.server.api.Protocol;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Our own API's manners: a bearer key, and errors as
/// `{"error":{"message","code","statusCode","details"}}`, whose code is always one of
/// [dev.switchgear.server.names.SgCode]. Thread-safe.
public final class OwnProtocol implements Protocol {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    public String code(Problem problem) {
        return problem.code().toString();
    }

    @Override
    public byte[] render(Problem problem, String requestId) {
        var details = new LinkedHashMap<String, Object>();
        details.put("requestId", requestId);
        // A program may want to tell a prompt that is too long from one that was filtered.
        if (problem.voice() == Voice.REPEATED && !problem.word().isEmpty()) {
            details.put("providerCode", problem.word());
        }
        var error = new LinkedHashMap<String, Object>();
        error.put("message", problem.message());
        error.put("code", code(problem));
        error.put("statusCode", problem.status());
        error.put("details", details);
        return JSON.writeValueAsBytes(Map.of("error", error));
    }
}
