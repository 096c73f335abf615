package dev.switchgear.server;

import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What client libraries do beside asking and understanding: look around, come back, hang up.
final class Manners {
    private Manners() {}

    /// @param manners what `script` shall do, and with which models
    /// @return what came of each
    static JsonNode did(Sdk sdk, House house, String script, ObjectNode manners) throws Exception {
        ObjectNode given = JsonMapper.shared().createObjectNode();
        given.put("base", "http://127.0.0.1:" + house.port()).put("key", "sk-of-no-importance");
        given.putArray("targets");
        given.set("manners", manners);
        try (var running = sdk.start(script, given)) {
            return running.result(120).get("manners");
        }
    }

    /// @param more of the configuration
    static House house(String more) {
        return House.of(
                SimulatorSettings.of(
                        ProviderSettings.openAi("openai").instant(),
                        ProviderSettings.of("gemini", Kind.GEMINI).instant()),
                port ->
                        """
                        server: { port: 0 }
                        egress: { allow-private: ["127.0.0.1:%1$d"] }
                        %2$s
                        providers:
                          openai: { base-url: "http://127.0.0.1:%1$d/openai/v1", keys: [ { secret: sk-openai-0123456789 } ], models: [ gpt-4o ] }
                          gemini: { base-url: "http://127.0.0.1:%1$d/gemini/v1beta", keys: [ { secret: sk-gemini-0123456789 } ], models: [ gemini-2.5-flash, gemini-embedding-001 ] }
                        """
                                .formatted(port, more));
    }
}
