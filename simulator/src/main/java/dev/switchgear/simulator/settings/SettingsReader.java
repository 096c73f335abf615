package dev.switchgear.simulator.settings;

import dev.switchgear.simulator.fault.FaultReader;
import dev.switchgear.simulator.fields.InvalidSettingsException;
import dev.switchgear.simulator.fields.SettingsFields;
import dev.switchgear.simulator.http.HttpLimits;
import dev.switchgear.simulator.limit.RateLimits;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.OfferedModel.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Reads the settings file. Each default stands in the record it belongs to.
public final class SettingsReader {
    private SettingsReader() {}

    /// Reads a YAML or JSON file.
    ///
    /// @throws InvalidSettingsException naming the setting and what was expected
    public static SimulatorSettings load(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    Files.exists(file)
                            ? file + " cannot be read"
                            : "There is no such file at " + file,
                    e);
        } catch (InvalidSettingsException e) {
            throw new InvalidSettingsException(file.getFileName() + ": " + e.getMessage());
        }
    }

    /// Reads YAML or JSON.
    public static SimulatorSettings parse(String yaml) {
        JsonNode root;
        try {
            root = YAMLMapper.shared().readTree(yaml);
        } catch (JacksonException e) {
            throw new InvalidSettingsException(
                    "line "
                            + e.getLocation().getLineNr()
                            + ", column "
                            + e.getLocation().getColumnNr()
                            + ": this is not YAML (expected: spaces for indentation, no tabs; a text"
                            + " with `: `, `{` or `#` in quotes; every quote and bracket closed)");
        }
        return settings(root);
    }

    private static SimulatorSettings settings(JsonNode root) {
        SimulatorSettings usual = SimulatorSettings.standard();
        if (root.isMissingNode() || root.isNull()) {
            return usual;
        }
        var fields = new SettingsFields(root, "simulator");
        List<ProviderSettings> providers = usual.providers();
        if (fields.has("providers")) {
            providers = new ArrayList<>();
            JsonNode given = fields.value("providers");
            if (!given.isObject()) {
                throw fields.wrong("providers", given, "providers by name");
            }
            for (Map.Entry<String, JsonNode> entry : given.properties()) {
                providers.add(provider(entry.getKey(), entry.getValue()));
            }
        }
        var settings =
                new SimulatorSettings(
                        (int) fields.number("port", 0, 65_535, usual.port()),
                        fields.number("seed", Long.MIN_VALUE, Long.MAX_VALUE, usual.seed()),
                        providers,
                        fields.flag("auto-create", usual.autoCreate()),
                        (int) fields.number("kept-requests", 0, 1_000_000, usual.keptRequests()),
                        HttpLimits.DEFAULT);
        fields.done();
        return settings;
    }

    private static ProviderSettings provider(String name, JsonNode node) {
        if (node.isNull()) {
            return ProviderSettings.openAi(name);
        }
        String at = "providers." + name;
        var fields = new SettingsFields(node, at);
        Kind kind = Kind.of(fields.text("kind", Kind.OPENAI.word()), at + ".kind");
        ProviderSettings usual = ProviderSettings.of(name, kind);
        var settings =
                new ProviderSettings(
                        name,
                        kind,
                        fields.has("models")
                                ? models(kind, fields.value("models"), at + ".models")
                                : usual.models(),
                        keys(fields, at),
                        fields.has("limits")
                                ? limits(fields.value("limits"), at + ".limits")
                                : usual.limits(),
                        fields.duration("latency", usual.latency()),
                        fields.duration("jitter", usual.jitter()),
                        fields.duration("per-token", usual.perToken()),
                        fields.has("faults")
                                ? FaultReader.list(fields.value("faults"), at + ".faults")
                                : usual.faults());
        fields.done();
        return settings;
    }

    private static List<String> keys(SettingsFields fields, String at) {
        List<String> keys = new ArrayList<>();
        for (JsonNode key : fields.value("keys")) {
            if (!key.isString() || key.stringValue().isBlank()) {
                throw new InvalidSettingsException(
                        at + ".keys[" + keys.size() + "]: not a key (expected: a text)");
            }
            keys.add(key.stringValue());
        }
        return keys;
    }

    private static List<OfferedModel> models(Kind kind, JsonNode node, String at) {
        if (!node.isArray()) {
            throw new InvalidSettingsException(at + ": not a list (expected: a list of models)");
        }
        List<OfferedModel> models = new ArrayList<>();
        for (JsonNode entry : node) {
            String here = at + "[" + models.size() + "]";
            models.add(
                    entry.isString()
                            ? kind.model(entry.stringValue())
                            : model(kind, new SettingsFields(entry, here)));
        }
        return models;
    }

    private static OfferedModel model(Kind kind, SettingsFields fields) {
        OfferedModel usual = kind.model(fields.required("id"));
        var model =
                new OfferedModel(
                        usual.id(),
                        fields.text("snapshot", usual.snapshot()),
                        usual.created(),
                        fields.word("purpose", Purpose.class).orElse(usual.purpose()),
                        (int) fields.number("context", 1, Integer.MAX_VALUE, usual.context()),
                        (int) fields.number("max-output", 0, Integer.MAX_VALUE, usual.maxOutput()),
                        (int)
                                fields.number(
                                        "dimensions",
                                        0,
                                        65_536,
                                        usual.dimensions() == 0 ? 1536 : usual.dimensions()));
        fields.done();
        return model;
    }

    private static RateLimits limits(JsonNode node, String at) {
        var fields = new SettingsFields(node, at);
        RateLimits usual = RateLimits.GENEROUS;
        var limits =
                RateLimits.perMinute(
                        fields.number("requests-per-minute", 1, Long.MAX_VALUE, usual.requests()),
                        fields.number("tokens-per-minute", 1, Long.MAX_VALUE, usual.tokens()));
        fields.done();
        return limits;
    }
}
