package dev.switchgear.simulator.answer;

import dev.switchgear.simulator.http.RequestHead;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A request as far as it was understood.
///
/// @param path without the provider's name
/// @param key the credential sent; empty for none
/// @param body the JSON sent; empty where it is none
/// @param bytes the body as it came
/// @param model what it asks for; empty where it does not say
public record Asked(
        Operation operation,
        String method,
        String path,
        String key,
        Optional<JsonNode> body,
        byte[] bytes,
        String model,
        boolean streamed,
        RequestHead head) {}
