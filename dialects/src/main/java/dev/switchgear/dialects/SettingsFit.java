package dev.switchgear.dialects;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.json.JsonEdits;
import dev.switchgear.dialects.json.JsonMember;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.ProviderFitting;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.ModelTraits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Fits the settings of a request whose bytes pass to the model, with the knowledge that lies in
/// [Wording] and the writers: the settings alone, beside a prompt of one letter, are read as a client's
/// and worded for the provider. Where the writer leaves one out, or tells that it changed one, the same is
/// done to the client's bytes; all others stay as they came. Stateless; thread-safe.
///
/// @param client how such requests are read
/// @param provider how they are worded
/// @param shape where the settings stand
public record SettingsFit(ClientDialect client, ProviderDialect provider, Shape shape)
        implements ProviderFitting {
    private static final Set<Capability> OF_TOOLS =
            Set.of(
                    Capability.TOOLS,
                    Capability.FORCED_TOOL,
                    Capability.TOOLS_WITH_STRUCTURED_OUTPUT);

    /// Where a dialect has its settings.
    ///
    /// @param prompt the fields that stand for a prompt of one letter
    /// @param tools the field of the tools
    /// @param camel whether names may also be written in snake_case
    /// @param strict whether a provider refuses settings whatever the model
    /// @param images what stands, in quotes, wherever there is an image
    public record Shape(
            String prompt,
            String tools,
            boolean camel,
            boolean strict,
            List<String> images,
            List<SettingsGroup> groups) {
        public Shape {
            images = List.copyOf(images);
            groups = List.copyOf(groups);
        }
    }

    @Override
    public Optional<Worded> fitted(byte[] body, ModelTarget target) throws NotTranslatable {
        ModelTraits traits = target.traits();
        boolean known =
                !traits.lacks().isEmpty()
                        || traits.reasoning().isPresent()
                        || traits.outputTokensMax().isPresent();
        if (!known && !shape.strict()) {
            return Optional.of(new Worded(body, List.of()));
        }
        if (traits.lacks(Capability.VISION) && showsImages(body)) {
            refuseImages(body, target);
        }
        return new Fit(this, body, target).fitted();
    }

    private boolean showsImages(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        return shape.images().stream().anyMatch(text::contains);
    }

    /// What a model cannot see is refused as where it is translated, so that another model is asked.
    private void refuseImages(byte[] body, ModelTarget target) throws NotTranslatable {
        try {
            provider.chat(client.chat(body, target.model(), false), target);
        } catch (InvalidBody _) {
            // The provider may know what we do not; it judges.
        }
    }

    /// One request. For one thread, once.
    private static final class Fit {
        private final SettingsFit by;
        private final byte[] body;
        private final ModelTarget target;
        private final UnaryOperator<String> name;
        private final List<JsonMember> top;
        private final Map<String, List<JsonMember>> inner = new LinkedHashMap<>();

        private final Set<JsonMember> cut = new HashSet<>();
        private final Map<String, ObjectNode> added = new LinkedHashMap<>();
        private final Set<String> dropped = new LinkedHashSet<>();
        private final JsonEdits edits;

        private ObjectNode settings = Json.object();
        private JsonNode worded = Json.object();
        private List<String> notes = List.of();

        Fit(SettingsFit by, byte[] body, ModelTarget target) {
            this.by = by;
            this.body = body;
            this.target = target;
            this.name = by.shape().camel() ? Fit::camel : UnaryOperator.identity();
            this.top = JsonMember.of(body, 0);
            this.edits = new JsonEdits(body);
        }

        Optional<Worded> fitted() throws NotTranslatable {
            byte[] alone = alone();
            if (alone.length == 0) {
                return Optional.of(new Worded(body, List.of()));
            }
            ChatRequest asked;
            try {
                asked = by.client().chat(alone, target.model(), false);
            } catch (InvalidBody _) {
                // What we cannot read is the provider's to judge.
                return Optional.of(new Worded(body, List.of()));
            }
            Worded anew = by.provider().chat(asked, target);
            if (anew.readBack().call().isPresent()) {
                // The answer will be read as the call that the client demands.
                return Optional.empty();
            }
            notes = anew.dropped();
            worded = Json.read(anew.body(), 0, anew.body().length);
            settings = (ObjectNode) Json.read(alone, 0, alone.length);
            for (SettingsGroup group : by.shape().groups()) {
                if (!fits(group, asked)) {
                    return Optional.empty();
                }
            }
            return Optional.of(new Worded(changed(), List.copyOf(dropped)));
        }

        /// The settings beside a prompt of one letter; empty where there are none.
        private byte[] alone() {
            Set<String> names = new HashSet<>();
            for (SettingsGroup group : by.shape().groups()) {
                group.paths().forEach(path -> names.add(first(path)));
            }
            boolean tools = OF_TOOLS.stream().anyMatch(target.traits()::lacks);
            var out = new ByteArrayOutputStream(512);
            byte[] prompt = ("{" + by.shape().prompt()).getBytes(StandardCharsets.UTF_8);
            out.write(prompt, 0, prompt.length);
            boolean any = false;
            for (JsonMember member : top) {
                String field = name.apply(member.name());
                boolean ofTools = field.equals(by.shape().tools()) || isChoice(field);
                if (!member.isNull(body) && (ofTools ? tools : names.contains(field))) {
                    any = true;
                    out.write(',');
                    out.write(body, member.from(), member.to() - member.from());
                }
            }
            out.write('}');
            return any ? out.toByteArray() : new byte[0];
        }

        private boolean isChoice(String field) {
            return by.shape().groups().stream()
                    .anyMatch(group ->
                            group.rule() == SettingsGroup.Rule.CHOICE
                                    && first(group.paths().getFirst()).equals(field));
        }

        /// @return false where the request must be worded anew
        private boolean fits(SettingsGroup group, ChatRequest asked) {
            List<String> told = notes.stream().filter(group::tells).toList();
            return switch (group.rule()) {
                case SETTING -> {
                    settings(group, told);
                    yield true;
                }
                case BOUND -> {
                    bound(group, told);
                    yield true;
                }
                case CHOICE -> {
                    if (settings(group, told)) {
                        narrow(asked.toolChoice());
                    }
                    yield true;
                }
                case FORM ->
                        group.paths().stream()
                                .allMatch(path ->
                                        said(path).isMissingNode()
                                                || (told.isEmpty()
                                                        && !at(worded, path).isMissingNode()));
            };
        }

        /// Whether anything was changed.
        private boolean settings(SettingsGroup group, List<String> told) {
            boolean changed = false;
            var silent = new ArrayList<String>();
            for (String path : group.paths()) {
                Optional<JsonMember> member = member(path);
                if (member.isEmpty() || said(path).isMissingNode()) {
                    continue;
                }
                JsonNode anew = at(worded, path);
                if (anew.isMissingNode()) {
                    cut.add(member.get());
                    silent.add(path);
                    changed = true;
                } else if (!told.isEmpty() && !same(said(path), anew)) {
                    edits.value(member.get(), Json.text(anew));
                    changed = true;
                }
            }
            if (!changed) {
                return false;
            }
            boolean moved = false;
            for (String path : group.paths()) {
                JsonNode anew = at(worded, path);
                if (said(path).isMissingNode() && !anew.isMissingNode()) {
                    add(path, anew);
                    moved = true;
                }
            }
            dropped.addAll(told);
            if (told.isEmpty() && !moved) {
                silent.forEach(path -> dropped.add(path.substring(path.indexOf('.') + 1)));
            }
            return true;
        }

        private void bound(SettingsGroup group, List<String> told) {
            String newest = group.paths().getFirst();
            for (String path : group.paths()) {
                Optional<JsonMember> member = member(path);
                if (member.isEmpty() || said(path).isMissingNode()) {
                    continue;
                }
                boolean old = !path.equals(newest) && target.traits().lacks(Capability.MAX_TOKENS);
                if (old && !said(newest).isMissingNode()) {
                    cut.add(member.get());
                    continue;
                }
                if (old) {
                    edits.name(member.get(), '"' + newest + '"');
                }
                if (!told.isEmpty()) {
                    JsonNode anew =
                            group.paths().stream()
                                    .map(one -> at(worded, one))
                                    .filter(JsonNode::isNumber)
                                    .findFirst()
                                    .orElse(said(path));
                    edits.value(member.get(), Json.text(anew));
                    dropped.addAll(told);
                }
            }
        }

        /// Leaves only the tools that were to be called: that one of them must be cannot be said.
        private void narrow(ToolChoice choice) {
            Set<String> only =
                    switch (choice) {
                        case ToolChoice.Named named -> Set.of(named.name());
                        case ToolChoice.Among among -> Set.copyOf(among.names());
                        case ToolChoice.Unsaid _,
                                ToolChoice.Auto _,
                                ToolChoice.None _,
                                ToolChoice.Required _ ->
                                Set.of();
                    };
            Optional<JsonMember> tools = member(by.shape().tools());
            JsonNode said = said(by.shape().tools());
            if (only.isEmpty() || tools.isEmpty() || !said.isArray()) {
                return;
            }
            var kept = new HashSet<Integer>();
            for (int i = 0; i < said.size(); i++) {
                if (only.contains(called(said.get(i)))) {
                    kept.add(i);
                }
            }
            if (!kept.isEmpty() && kept.size() < said.size()) {
                edits.elements(JsonMember.elements(body, tools.get().valueFrom()), kept);
            }
        }

        /// What a choice calls a tool: its name, wherever that stands, or its type if it has none.
        private static String called(JsonNode tool) {
            String type = tool.path("type").asString("");
            String inner = tool.path(type).path("name").asString(type);
            return tool.path("name").asString(tool.path("function").path("name").asString(inner));
        }

        private void add(String path, JsonNode value) {
            String parent = parent(path);
            added.computeIfAbsent(parent, _ -> Json.object())
                    .set(path.substring(path.lastIndexOf('.') + 1), value);
        }

        private byte[] changed() {
            ObjectNode atTop = added.getOrDefault("", Json.object());
            for (Map.Entry<String, ObjectNode> one : added.entrySet()) {
                if (!one.getKey().isEmpty() && !inner.containsKey(one.getKey())) {
                    member(one.getKey()).ifPresent(cut::add);
                    atTop.set(one.getKey(), one.getValue());
                }
            }
            fields(bodyBrace(), top, atTop);
            inner.forEach((parent, members) ->
                    fields(
                            member(parent).orElseThrow().valueFrom(),
                            members,
                            added.getOrDefault(parent, Json.object())));
            return edits.applied();
        }

        private void fields(int brace, List<JsonMember> members, ObjectNode more) {
            if (members.stream().anyMatch(cut::contains) || !more.isEmpty()) {
                edits.fields(
                        brace,
                        members,
                        cut,
                        more.properties().stream()
                                .map(field ->
                                        '"' + field.getKey() + "\":" + Json.text(field.getValue()))
                                .toList());
            }
        }

        private int bodyBrace() {
            int at = 0;
            while (body[at] != '{') {
                at++;
            }
            return at;
        }

        /// The client's value; missing where there is none.
        private JsonNode said(String path) {
            JsonNode value = settings;
            for (String step : path.split("\\.", -1)) {
                JsonNode next = value.path(step);
                if (next.isMissingNode() && by.shape().camel()) {
                    next = value.path(snake(step));
                }
                value = next;
            }
            return value.isNull() ? at(Json.object(), "none") : value;
        }

        private Optional<JsonMember> member(String path) {
            String parent = parent(path);
            if (parent.isEmpty()) {
                return find(top, path);
            }
            List<JsonMember> members = inner.get(parent);
            if (members == null) {
                Optional<JsonMember> holder = find(top, parent);
                if (holder.isEmpty() || body[holder.get().valueFrom()] != '{') {
                    return Optional.empty();
                }
                members = JsonMember.of(body, holder.get().valueFrom());
                inner.put(parent, members);
            }
            return find(members, path.substring(parent.length() + 1));
        }

        private Optional<JsonMember> find(List<JsonMember> members, String field) {
            for (JsonMember member : members) {
                if (name.apply(member.name()).equals(field)) {
                    return Optional.of(member);
                }
            }
            return Optional.empty();
        }

        private static JsonNode at(JsonNode from, String path) {
            JsonNode value = from;
            for (String step : path.split("\\.", -1)) {
                value = value.path(step);
            }
            return value;
        }

        private static boolean same(JsonNode one, JsonNode other) {
            boolean numbers = one.isNumber() && other.isNumber();
            return numbers
                    ? one.decimalValue().compareTo(other.decimalValue()) == 0
                    : one.equals(other);
        }

        private static String first(String path) {
            int dot = path.indexOf('.');
            return dot < 0 ? path : path.substring(0, dot);
        }

        private static String parent(String path) {
            int dot = path.lastIndexOf('.');
            return dot < 0 ? "" : path.substring(0, dot);
        }

        private static String camel(String written) {
            if (written.indexOf('_') < 0) {
                return written;
            }
            var camel = new StringBuilder(written.length());
            for (int i = 0; i < written.length(); i++) {
                char c = written.charAt(i);
                boolean up = i > 0 && written.charAt(i - 1) == '_';
                if (c != '_') {
                    camel.append(up ? Character.toUpperCase(c) : c);
                }
            }
            return camel.toString();
        }

        private static String snake(String camel) {
            var snake = new StringBuilder(camel.length() + 4);
            for (int i = 0; i < camel.length(); i++) {
                char c = camel.charAt(i);
                if (Character.isUpperCase(c)) {
                    snake.append('_').append(Character.toLowerCase(c));
                } else {
                    snake.append(c);
                }
            }
            return snake.toString();
        }
    }
}
