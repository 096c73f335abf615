package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.CustomTool;
import dev.switchgear.dialects.Hashes;
import dev.switchgear.dialects.json.Field;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.ClientTool;
import dev.switchgear.families.llm.chat.ClientTool.Form;
import dev.switchgear.families.llm.chat.ClientTool.Namespace;
import dev.switchgear.families.llm.chat.Tool;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the tools of a request, wherever they are offered: in its list, and in items of its input. All
/// that the client runs become functions, whose names tell them apart. For one request and one thread.
final class ResponsesToolReader {
    private static final Set<String> FUNCTION =
            Set.of("type", "name", "description", "parameters", "strict");

    /// How many bytes of a hash stand behind a name that another tool has, too: more where even that is
    /// another's.
    private static final List<Integer> HASH_BYTES = List.of(4, 16, 32);

    private final ChatRequest.Builder request;
    private final List<Tool> tools = new ArrayList<>();

    /// Where each tool of the client's stands among them.
    private final Map<Key, Integer> places = new HashMap<>();

    /// What the functions are called that stand for the members of a namespace.
    private final Map<String, List<String>> members = new HashMap<>();

    private final Set<String> names = new HashSet<>();

    /// What tells one tool of the client's from another.
    private record Key(Form form, String namespace, String name) {}

    ResponsesToolReader(ChatRequest.Builder request) {
        this.request = request;
    }

    /// All that were offered, each once: the last description of a tool holds, in the first's place.
    List<Tool> tools() {
        return tools;
    }

    /// @param listed whether the request's own list offers them
    void read(Field offered, boolean listed) throws InvalidBody {
        for (Field tool : offered.items()) {
            tool(tool.object(), Optional.empty(), listed);
        }
    }

    /// What the function is called that stands for a tool, also for one that is not offered any more.
    String name(Form form, String namespace, String name) {
        Integer place = places.get(new Key(form, namespace, name));
        return place == null
                ? ClientTool.functionName(space(namespace), name)
                : ((Tool.Function) tools.get(place)).name();
    }

    /// Whether a tool is offered.
    boolean offers(Form form, String name) {
        return places.containsKey(new Key(form, "", name));
    }

    /// What the functions are called that stand for the members of a namespace.
    List<String> members(String namespace) {
        return members.getOrDefault(namespace, List.of());
    }

    private static Optional<Namespace> space(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(new Namespace(name, ""));
    }

    private void tool(Field tool, Optional<Namespace> space, boolean listed) throws InvalidBody {
        switch (kind(tool)) {
            case "function" -> function(tool, space, listed);
            case "custom" -> {
                String name = tool.at("name").string();
                ClientTool client = client(Form.CUSTOM, name, space, tool, listed);
                add(CustomTool.of(tool.node()).function(name, client));
            }
            case "namespace" -> {
                var inner =
                        new Namespace(
                                tool.at("name").string(),
                                tool.optionalString("description").orElse(""));
                for (Field member : tool.at("tools").items()) {
                    tool(member.object(), Optional.of(inner), listed);
                }
            }
            case "local_shell" -> add(Form.LOCAL_SHELL, tool, listed);
            case "shell" -> {
                String where = tool.at("environment").node().path("type").asString("local");
                if (where.equals("local")) {
                    add(Form.SHELL, tool, listed);
                } else {
                    hosted(tool, "shell");
                }
            }
            case "apply_patch" -> add(Form.APPLY_PATCH, tool, listed);
            case "tool_search" -> {
                if (tool.optionalString("execution").orElse("server").equals("client")) {
                    add(Form.TOOL_SEARCH, tool, listed);
                } else {
                    // Nobody searches elsewhere: what it would find is offered right away.
                    hosted(tool, "tool_search");
                }
            }
            default -> hosted(tool, tool.at("type").string());
        }
    }

    /// A function need not say what it is; it may be wrapped, as chat has it.
    private static String kind(Field tool) throws InvalidBody {
        Field type = tool.at("type");
        boolean named = tool.get("function").isPresent() || tool.get("name").isPresent();
        return type.given() || !named ? type.string() : "function";
    }

    private void hosted(Field tool, String kind) {
        tools.add(new Tool.Hosted(Dialect.RESPONSES, kind, tool.node()));
    }

    private void function(Field given, Optional<Namespace> space, boolean listed)
            throws InvalidBody {
        Optional<Field> wrapped = given.get("function");
        Field tool = wrapped.orElse(given).object();
        List<Field> others = tool.others(FUNCTION);
        for (Field other : others) {
            if (!other.node().isContainer() || !other.node().isEmpty()) {
                request.extra(other.path(), other.node());
            }
        }
        Field parameters = tool.at("parameters");
        String name = tool.at("name").string();
        boolean plain = space.isEmpty() && listed && (wrapped.isPresent() || others.isEmpty());
        Tool.Function function =
                new Tool.Function(
                        name,
                        tool.optionalString("description").orElse(""),
                        parameters.given()
                                ? Optional.of(parameters.object().node())
                                : Optional.empty(),
                        tool.optionalBool("strict"),
                        Optional.empty(),
                        plain
                                ? Optional.empty()
                                : Optional.of(client(Form.FUNCTION, name, space, tool, listed)));
        add(function);
    }

    private void add(Form form, Field tool, boolean listed) throws InvalidBody {
        String name = ResponsesClientForms.name(form);
        add(
                ResponsesClientForms.function(
                        name, client(form, name, Optional.empty(), tool, listed)));
    }

    private static ClientTool client(
            Form form, String name, Optional<Namespace> space, Field tool, boolean listed) {
        return new ClientTool(Dialect.RESPONSES, form, name, space, tool.node(), listed);
    }

    private void add(Tool.Function function) {
        Optional<ClientTool> client = function.client();
        Optional<Namespace> space = client.flatMap(ClientTool::namespace);
        var key =
                new Key(
                        client.map(ClientTool::form).orElse(Form.FUNCTION),
                        space.map(Namespace::name).orElse(""),
                        function.name());
        Integer place = places.get(key);
        if (place != null) {
            tools.set(place, function.named(((Tool.Function) tools.get(place)).name()));
            return;
        }
        String plain = ClientTool.functionName(space, function.name());
        String name = names.contains(plain) ? apart(plain, key) : plain;
        names.add(name);
        space.ifPresent(
                inside -> members.computeIfAbsent(inside.name(), _ -> new ArrayList<>()).add(name));
        places.put(key, tools.size());
        tools.add(function.named(name));
    }

    /// The same in every request that offers the same tools.
    private String apart(String name, Key key) {
        String whole = key.form() + "\n" + key.namespace() + "\n" + key.name();
        String other = name;
        for (int bytes : HASH_BYTES) {
            other = name + "_" + Hashes.hex(whole.getBytes(StandardCharsets.UTF_8), bytes);
            if (!names.contains(other)) {
                break;
            }
        }
        return other;
    }
}
