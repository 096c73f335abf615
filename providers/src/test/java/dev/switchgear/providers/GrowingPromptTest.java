package dev.switchgear.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.ollama.OllamaClientDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part.CacheMark;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.wire.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a provider was told of a conversation, it is told again, word for word, in every later turn:
/// otherwise its prompt cache would know nothing of it. So it is for clients of every dialect before
/// providers of every kind, of whose model nothing or all is known, and so it is anew after a start.
///
/// Claude before 4.6 is the exception: it refuses to think on amid calls of which another model's
/// thoughts were left out, so it is told not to until the user speaks again.
final class GrowingPromptTest {
    private static final String TOOLS =
            "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":1}},"
                    + "\"additionalProperties\":{\"type\":\"string\"}}";

    /// How clients of one dialect say what was said so far.
    // Nobody changes what its constants hold.
    @SuppressWarnings("ImmutableEnumChecker")
    enum Client {
        CHAT(new OpenAiClientDialect()) {
            @Override
            List<String> said(Step step, int number) {
                String id = "c" + number;
                return switch (step) {
                    case USER -> List.of("{'role':'user','content':'ask %d'}");
                    case SYSTEM -> List.of("{'role':'developer','content':'rule %d'}");
                    case TEXT -> List.of("{'role':'assistant','content':'say %d'}");
                    case THOUGHT ->
                            List.of(
                                    "{'role':'assistant','reasoning_content':'think %d','content':'say %d'}");
                    case CALLS ->
                            List.of(
                                    "{'role':'assistant','content':'calling %d','tool_calls':["
                                            + call(id + "a", "do.it")
                                            + ","
                                            + call(id + "b", "add")
                                            + "]}",
                                    "{'role':'tool','tool_call_id':'"
                                            + id
                                            + "a','content':'one %d'}",
                                    "{'role':'tool','tool_call_id':'"
                                            + id
                                            + "b','content':'two %d'}");
                };
            }

            private String call(String id, String name) {
                return "{'id':'%s','type':'function','function':{'name':'%s','arguments':'{\\\"n\\\":1}'}}"
                        .formatted(id, name);
            }

            @Override
            String body(String turns) {
                return "{'model':'m','messages':[{'role':'system','content':'S'},"
                        + turns
                        + "],'tools':[{'type':'function','function':{'name':'do.it','parameters':"
                        + TOOLS
                        + "}},{'type':'function','function':{'name':'add','parameters':"
                        + TOOLS
                        + "}}],'response_format':{'type':'json_object'}}";
            }
        },
        RESPONSES(new ResponsesClientDialect()) {
            @Override
            List<String> said(Step step, int number) {
                String id = "c" + number;
                return switch (step) {
                    case USER ->
                            List.of(
                                    "{'role':'user','content':[{'type':'input_text','text':'ask %d'}]}");
                    case SYSTEM -> List.of("{'role':'developer','content':'rule %d'}");
                    case TEXT -> List.of("{'role':'assistant','content':'say %d'}");
                    case THOUGHT ->
                            List.of(
                                    "{'type':'reasoning','id':'rs_%d','summary':[{'type':'summary_text','text':'think'}],'encrypted_content':'gAAAA%d'}",
                                    "{'type':'message','id':'msg_%d','role':'assistant','status':'completed','content':[{'type':'output_text','text':'say %d','annotations':[]}]}");
                    case CALLS ->
                            List.of(
                                    "{'type':'reasoning','id':'rs_%d','summary':[],'encrypted_content':'gAAAA%d'}",
                                    call(id + "a", "do.it"),
                                    call(id + "b", "add"),
                                    "{'type':'function_call_output','call_id':'"
                                            + id
                                            + "a','output':'one %d'}",
                                    "{'type':'function_call_output','call_id':'"
                                            + id
                                            + "b','output':'two %d'}");
                };
            }

            private String call(String id, String name) {
                return "{'type':'function_call','id':'fc_%s','call_id':'%s','name':'%s','arguments':'{\\\"n\\\":1}'}"
                        .formatted(id, id, name);
            }

            @Override
            String body(String turns) {
                return "{'model':'m','instructions':'S','input':["
                        + turns
                        + "],'reasoning':{'effort':'low'},'tools':[{'type':'function','name':'do.it','parameters':"
                        + TOOLS
                        + "},{'type':'function','name':'add','parameters':"
                        + TOOLS
                        + "}]}";
            }
        },
        ANTHROPIC(new AnthropicClientDialect()) {
            @Override
            List<String> said(Step step, int number) {
                String id = "c" + number;
                return switch (step) {
                    case USER -> List.of("{'role':'user','content':'ask %d'}");
                    case SYSTEM ->
                            List.of("{'role':'user','content':[{'type':'text','text':'rule %d'}]}");
                    case TEXT ->
                            List.of(
                                    "{'role':'assistant','content':[{'type':'text','text':'say %d'}]}");
                    case THOUGHT ->
                            List.of(
                                    "{'role':'assistant','content':[{'type':'thinking','thinking':'think %d','signature':'sig%d'},{'type':'text','text':'say %d'}]}");
                    case CALLS ->
                            List.of(
                                    "{'role':'assistant','content':[{'type':'thinking','thinking':'think %d','signature':'sig%d'},{'type':'text','text':'calling %d'},"
                                            + "{'type':'tool_use','id':'"
                                            + id
                                            + "a','name':'do.it','input':{'n':1}},{'type':'tool_use','id':'"
                                            + id
                                            + "b','name':'add','input':{'n':1}}]}",
                                    "{'role':'user','content':[{'type':'tool_result','tool_use_id':'"
                                            + id
                                            + "a','content':'one %d'},{'type':'tool_result','tool_use_id':'"
                                            + id
                                            + "b','content':[{'type':'text','text':'two %d'}]}]}");
                };
            }

            @Override
            String body(String turns) {
                return "{'model':'m','max_tokens':9000,'thinking':{'type':'enabled','budget_tokens':2000},"
                        + "'system':'S','messages':["
                        + turns
                        + "],'tools':[{'name':'do.it','input_schema':"
                        + TOOLS
                        + "},{'name':'add','input_schema':"
                        + TOOLS
                        + "}]}";
            }
        },
        GEMINI(new GeminiClientDialect(GeminiClientDialect.Form.EVENTS)) {
            @Override
            List<String> said(Step step, int number) {
                return switch (step) {
                    case USER, SYSTEM -> List.of("{'role':'user','parts':[{'text':'ask %d'}]}");
                    case TEXT -> List.of("{'role':'model','parts':[{'text':'say %d'}]}");
                    case THOUGHT ->
                            List.of(
                                    "{'role':'model','parts':[{'text':'think %d','thought':true},{'text':'say %d','thoughtSignature':'c2ln'}]}");
                    case CALLS ->
                            List.of(
                                    "{'role':'model','parts':[{'functionCall':{'name':'do.it','args':{'n':1}},'thoughtSignature':'c2ln'},"
                                            + "{'functionCall':{'name':'add','args':{'n':1}}}]}",
                                    "{'role':'user','parts':[{'functionResponse':{'name':'do.it','response':{'result':'one %d'}}},"
                                            + "{'functionResponse':{'name':'add','response':{'result':'two %d'}}}]}");
                };
            }

            @Override
            String body(String turns) {
                return "{'systemInstruction':{'parts':[{'text':'S'}]},'contents':["
                        + turns
                        + "],'tools':[{'functionDeclarations':[{'name':'do.it','parametersJsonSchema':"
                        + TOOLS
                        + "},{'name':'add','parametersJsonSchema':"
                        + TOOLS
                        + "}]}]}";
            }
        },
        OLLAMA(new OllamaClientDialect(OllamaClientDialect.Form.CHAT)) {
            @Override
            List<String> said(Step step, int number) {
                return switch (step) {
                    case USER -> List.of("{'role':'user','content':'ask %d'}");
                    case SYSTEM -> List.of("{'role':'system','content':'rule %d'}");
                    case TEXT -> List.of("{'role':'assistant','content':'say %d'}");
                    case THOUGHT ->
                            List.of(
                                    "{'role':'assistant','thinking':'think %d','content':'say %d'}");
                    case CALLS ->
                            List.of(
                                    "{'role':'assistant','content':'calling %d','tool_calls':[{'function':{'name':'do.it','arguments':{'n':1}}},"
                                            + "{'function':{'name':'add','arguments':{'n':1}}}]}",
                                    "{'role':'tool','tool_name':'do.it','content':'one %d'}",
                                    "{'role':'tool','tool_name':'add','content':'two %d'}");
                };
            }

            @Override
            String body(String turns) {
                return "{'model':'m','messages':[{'role':'system','content':'S'},"
                        + turns
                        + "],'tools':[{'type':'function','function':{'name':'do.it','parameters':"
                        + TOOLS
                        + "}},{'type':'function','function':{'name':'add','parameters':"
                        + TOOLS
                        + "}}]}";
            }
        };

        private final ClientDialect dialect;

        Client(ClientDialect dialect) {
            this.dialect = dialect;
        }

        /// A step of a conversation as its messages; `%d` stands for its number.
        abstract List<String> said(Step step, int number);

        abstract String body(String turns);

        private ChatRequest asking(int steps) throws Exception {
            var turns = new ArrayList<String>();
            for (int i = 0; i < steps; i++) {
                for (String message : said(CONVERSATION.get(i), i)) {
                    turns.add(message.replace("%d", Integer.toString(i)));
                }
            }
            byte[] body =
                    body(String.join(",", turns))
                            .replace('\'', '"')
                            .getBytes(StandardCharsets.UTF_8);
            return dialect.chat(body, "m", false);
        }
    }

    /// What is added to a conversation.
    enum Step {
        USER,
        SYSTEM,
        TEXT,
        THOUGHT,
        /// Two calls, and what came of them.
        CALLS
    }

    private static final List<Step> CONVERSATION =
            List.of(
                    Step.USER,
                    Step.CALLS,
                    Step.CALLS,
                    Step.TEXT,
                    Step.USER,
                    Step.THOUGHT,
                    Step.USER,
                    Step.CALLS,
                    Step.THOUGHT,
                    Step.USER,
                    Step.SYSTEM,
                    Step.USER,
                    Step.CALLS,
                    Step.TEXT,
                    Step.USER,
                    Step.THOUGHT,
                    Step.USER);

    /// Behind which steps a model is asked.
    private static List<Integer> asked() {
        var asked = new ArrayList<Integer>();
        for (int i = 0; i < CONVERSATION.size(); i++) {
            boolean more =
                    i + 1 < CONVERSATION.size()
                            && Set.of(Step.USER, Step.SYSTEM).contains(CONVERSATION.get(i + 1));
            if (Set.of(Step.USER, Step.CALLS).contains(CONVERSATION.get(i)) && !more) {
                asked.add(i + 1);
            }
        }
        return asked;
    }

    private static Stream<Arguments> pairs() {
        var models =
                Map.of(
                        "anthropic", "claude-sonnet-5-5",
                        "openrouter", "anthropic/claude-sonnet-4.5",
                        "gemini", "gemini-3.5-flash",
                        "xai", "grok-4.3",
                        "deepseek", "deepseek-v4-flash");
        var pairs = new ArrayList<Arguments>();
        for (LlmKind kind : Kinds.ours().all(LlmKind.class)) {
            String base = kind.base().orElse("https://llm.example/v1");
            for (ProviderDialect spoken :
                    kind.make(TestCalls.at(Endpoint.parse(base)), LlmQuirks.NONE).spoken()) {
                for (Client client : Client.values()) {
                    pairs.add(
                            Arguments.of(
                                    client,
                                    kind.name() + " " + spoken.dialect(),
                                    spoken,
                                    models.getOrDefault(kind.name(), "gpt-5.6")));
                }
            }
        }
        return pairs.stream();
    }

    @ParameterizedTest(name = "{0} before {1}")
    @MethodSource("pairs")
    void what_was_said_once_is_said_alike_in_every_later_turn(
            Client client, String to, ProviderDialect spoken, String model) throws Exception {
        grows(client, spoken, new ModelTarget(model, ModelTraits.UNKNOWN));
        ModelTraits known =
                Catalogue.builtIn()
                        .find(to.substring(0, to.indexOf(' ')), model)
                        .map(found -> found.model().traits())
                        .orElse(ModelTraits.UNKNOWN);
        grows(client, spoken, new ModelTarget(model, known));
    }

    private static void grows(Client client, ProviderDialect spoken, ModelTarget target)
            throws Exception {
        List<String> before = List.of();
        String head = "";
        for (int steps : asked()) {
            JsonNode worded = worded(client.asking(steps), spoken, target);

            List<String> said = said(worded);
            assertThat(said.size()).isGreaterThan(before.size());
            assertThat(said.subList(0, before.size()))
                    .as("behind %s steps", steps)
                    .isEqualTo(before);
            if (!head.isEmpty()) {
                assertThat(head(worded)).as("behind %s steps", steps).isEqualTo(head);
            }
            assertThat(worded(client.asking(steps), spoken, target))
                    .as("the same again")
                    .isEqualTo(worded);
            before = said;
            head = head(worded);
        }
    }

    private static JsonNode worded(ChatRequest asked, ProviderDialect spoken, ModelTarget target)
            throws Exception {
        ChatRequest marked = spoken.marked(asked, target, new CacheMark(""));
        byte[] body = spoken.chat(marked, target).body();
        return Json.read(body, 0, body.length);
    }

    private static final List<String> TURNS = List.of("messages", "input", "contents");

    /// Everything but what was said.
    private static String head(JsonNode body) {
        ObjectNode head = (ObjectNode) plain(body);
        head.remove(TURNS);
        return head.toString();
    }

    /// What was said, each part with who said it: where messages are parted makes no difference to a
    /// model.
    private static List<String> said(JsonNode body) {
        var said = new ArrayList<String>();
        for (String turns : TURNS) {
            for (JsonNode turn : body.path(turns)) {
                ObjectNode rest = (ObjectNode) turn.deepCopy();
                String role = turn.path("role").asString("");
                for (String parts : List.of("content", "parts")) {
                    if (rest.get(parts) instanceof ArrayNode list) {
                        rest.remove(parts);
                        list.forEach(part -> said.add(role + " " + plain(part)));
                    } else if (rest.path(parts).isString()) {
                        JsonNode text = rest.remove(parts);
                        ObjectNode part = Json.object().put("type", "text");
                        said.add(role + " " + part.set("text", text));
                    }
                }
                boolean message = rest.path("type").asString("").equals("message");
                if (rest.size() > (message ? 2 : 1)) {
                    said.add(plain(rest).toString());
                }
            }
        }
        return said;
    }

    /// Without marks, which are no words.
    private static JsonNode plain(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode all = Json.object();
            object.properties().forEach(each -> all.set(each.getKey(), plain(each.getValue())));
            all.remove(List.of("cache_control", "prompt_cache_breakpoint"));
            return all;
        }
        if (node instanceof ArrayNode list) {
            ArrayNode all = Json.array();
            list.forEach(each -> all.add(plain(each)));
            return all;
        }
        return node;
    }
}
