package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every word of a JSON Schema reaches every provider: as it is, or in words, and then it is named; and
/// a schema that a provider would refuse goes in a form that it takes.
class SchemaKeywordsTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static final Map<String, String> MODELS =
            Map.of(
                    "openai", "openai/gpt-5",
                    "chat", "chat/x",
                    "resp", "resp/gpt-5",
                    "claude", "claude/claude-sonnet-4-5",
                    "google", "google/gemini-2.5-flash",
                    "router", "router/x/y",
                    "deep", "deep/deepseek-chat",
                    "xai", "xai/grok-4",
                    "mistral", "mistral/mistral-large-latest",
                    "ollama", "ollama/m");

    /// Each word as it stands in the schema of a property.
    private static final List<String> WORDS =
            List.of(
                    "'type':'string','title':'T'",
                    "'type':'string','description':'D'",
                    "'type':'string','default':'x'",
                    "'type':'string','enum':['a','b']",
                    "'type':'string','const':'a'",
                    "'type':'string','minLength':2",
                    "'type':'string','maxLength':9",
                    "'type':'string','pattern':'^a+$'",
                    "'type':'string','pattern':'^(?=a)b'",
                    "'type':'string','format':'date-time'",
                    "'type':'string','format':'phone'",
                    "'type':'string','contentEncoding':'base64'",
                    "'type':'string','contentMediaType':'image/png'",
                    "'type':'integer','minimum':1",
                    "'type':'integer','maximum':9",
                    "'type':'number','exclusiveMinimum':1",
                    "'type':'number','exclusiveMaximum':9",
                    "'type':'number','multipleOf':3",
                    "'type':'array','items':{'type':'string'},'minItems':2",
                    "'type':'array','items':{'type':'string'},'maxItems':3",
                    "'type':'array','items':{'type':'string'},'uniqueItems':true",
                    "'type':'array','prefixItems':[{'type':'string'}]",
                    "'type':'array','contains':{'type':'string'}",
                    "'type':'array','items':{'type':'string'},'minContains':1",
                    "'type':'array','items':{'type':'string'},'maxContains':2",
                    "'type':'array','items':{'type':'string'},'unevaluatedItems':false",
                    "'type':'object','properties':{'b':{'type':'string'}},'required':['b']",
                    "'type':'object','properties':{'b':{'type':'string'}},'minProperties':1",
                    "'type':'object','properties':{'b':{'type':'string'}},'maxProperties':1",
                    "'type':'object','properties':{'b':{'type':'string'}},'patternProperties':{'^x':{'type':'string'}}",
                    "'type':'object','properties':{'b':{'type':'string'}},'propertyNames':{'maxLength':3}",
                    "'type':'object','properties':{'b':{'type':'string'}},'dependentRequired':{'b':['c']}",
                    "'type':'object','properties':{'b':{'type':'string'}},'dependentSchemas':{'b':{'maxProperties':2}}",
                    "'type':'object','properties':{'b':{'type':'string'}},'unevaluatedProperties':false",
                    "'type':'object','properties':{'b':{'type':'string'}},'if':{'required':['b']}",
                    "'type':'object','properties':{'b':{'type':'string'}},'then':{'required':['b']}",
                    "'type':'object','properties':{'b':{'type':'string'}},'else':{'required':['b']}",
                    "'type':'string','not':{'const':'x'}",
                    "'anyOf':[{'type':'string'},{'type':'integer'}]",
                    "'oneOf':[{'type':'string'},{'type':'integer'}]",
                    "'type':'string','x-house':'h'");

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house = ScriptedHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    static List<String> upstreams() {
        return MODELS.keySet().stream().sorted().toList();
    }

    private static JsonNode sent(String upstream) {
        return JSON.readTree(house.received(upstream).getLast().body());
    }

    private static String dropped(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-switchgear-dropped").orElse("");
    }

    private static HttpResponse<String> own(String upstream, String rest) {
        HttpResponse<String> answer =
                house.post(
                        "/api/llm/chat",
                        """
                        {"model":"%s","messages":[{"role":"user","content":"go"}],%s}
                        """
                                .formatted(MODELS.get(upstream), rest.replace('\'', '"')));
        assertThat(answer.statusCode())
                .as("%s %s: %s", upstream, rest, answer.body())
                .isEqualTo(200);
        return answer;
    }

    private static String schema(String words) {
        return "{'type':'object','properties':{'a':{%s}},'required':['a'],'additionalProperties':false}"
                .formatted(words);
    }

    /// The last word, which is what is asked about.
    private static String word(String words) {
        return JSON.readTree("{" + words.replace('\'', '"') + "}").properties().stream()
                .toList()
                .getLast()
                .getKey();
    }

    private static JsonNode formed(String upstream) {
        JsonNode body = sent(upstream);
        return switch (upstream) {
            case "resp" -> body.at("/text/format/schema");
            case "claude" -> body.at("/output_config/format/schema");
            case "google" -> body.at("/generationConfig/responseJsonSchema");
            case "ollama" -> body.path("format");
            default -> body.at("/response_format/json_schema/schema");
        };
    }

    private static JsonNode parameters(String upstream) {
        JsonNode body = sent(upstream);
        return switch (upstream) {
            case "resp" -> body.at("/tools/0/parameters");
            case "claude" -> body.at("/tools/0/input_schema");
            case "google" -> body.at("/tools/0/functionDeclarations/0/parametersJsonSchema");
            default -> body.at("/tools/0/function/parameters");
        };
    }

    @ParameterizedTest
    @MethodSource("upstreams")
    void of_an_answers_schema_every_word_arrives_or_is_told_and_named(String upstream) {
        var lost = new ArrayList<String>();
        for (String words : WORDS) {
            String word = word(words);

            HttpResponse<String> answer =
                    own(upstream, "'format':{'name':'s','schema':" + schema(words) + "}");

            JsonNode place = formed(upstream).at("/properties/a");
            boolean whole = place.path(word).equals(value(words, word));
            boolean named = dropped(answer).contains(word);
            boolean wholeInWords = dropped(answer).contains("told in words") && !place.isObject();
            boolean inWords = sent(upstream).toString().contains(word) && (named || wholeInWords);
            boolean renamed =
                    word.equals("oneOf") && place.has("anyOf") && dropped(answer).contains("oneOf");
            if (!whole && !inWords && !renamed) {
                lost.add(words + " -> " + place + " | " + dropped(answer));
            }
        }

        assertThat(lost).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("upstreams")
    void of_a_tools_schema_every_word_arrives(String upstream) {
        var lost = new ArrayList<String>();
        for (String words : WORDS) {
            String word = word(words);

            HttpResponse<String> answer =
                    own(upstream, "'tools':[{'name':'f','parameters':" + schema(words) + "}]");

            JsonNode place = parameters(upstream).at("/properties/a");
            if (!place.path(word).equals(value(words, word)) || !dropped(answer).isEmpty()) {
                lost.add(words + " -> " + place + " | " + dropped(answer));
            }
        }

        assertThat(lost).isEmpty();
    }

    private static JsonNode value(String words, String word) {
        return JSON.readTree("{" + words.replace('\'', '"') + "}").path(word);
    }

    /// OpenAI would answer 400 to these: not everything is required, or what is not named is allowed.
    @ParameterizedTest
    @CsvSource({"openai", "resp", "router"})
    void what_openai_cannot_hold_a_model_to_goes_without_and_is_named(String upstream) {
        String open = "{'type':'object','properties':{'a':{'type':'string'}}}";
        String closed = schema("'type':'string'");

        HttpResponse<String> given = tool(upstream, open);
        JsonNode loose = strict(upstream);
        HttpResponse<String> held = tool(upstream, closed);
        JsonNode tight = strict(upstream);
        HttpResponse<String> form =
                own(upstream, "'format':{'name':'s','strict':true,'schema':" + open + "}");
        String sent = sent(upstream).toString();

        assertThat(loose.asBoolean(true)).isFalse();
        assertThat(dropped(given)).isEqualTo("tools[0].strict: not with this schema here");
        assertThat(tight.asBoolean(false)).isTrue();
        assertThat(dropped(held)).isEmpty();
        assertThat(sent).contains("\"strict\":false");
        assertThat(dropped(form))
                .isEqualTo("response_format.json_schema.strict: not with this schema here");
    }

    private static HttpResponse<String> tool(String upstream, String schema) {
        HttpResponse<String> answer =
                house.post(
                        "/v1/messages",
                        """
                        {"model":"%s","max_tokens":500,"messages":[{"role":"user","content":"go"}],
                         "tools":[{"name":"f","strict":true,"input_schema":%s}]}
                        """
                                .formatted(MODELS.get(upstream), schema.replace('\'', '"')),
                        "anthropic-version",
                        "2023-06-01");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static JsonNode strict(String upstream) {
        JsonNode tool = sent(upstream).at("/tools/0");
        return upstream.equals("resp") ? tool.path("strict") : tool.at("/function/strict");
    }

    /// As Gemini's and Ollama's clients often want them.
    @ParameterizedTest
    @CsvSource({"openai", "resp", "router", "deep"})
    void a_list_is_asked_for_in_words_where_an_answer_must_be_an_object(String upstream) {
        HttpResponse<String> answer =
                house.post(
                        "/api/chat",
                        """
                        {"model":"%s","stream":false,"messages":[{"role":"user","content":"go"}],
                         "format":{"type":"array","items":{"type":"string"}}}
                        """
                                .formatted(MODELS.get(upstream)));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(sent(upstream).has("response_format")).isFalse();
        assertThat(sent(upstream).at("/text/format").isMissingNode()).isTrue();
        assertThat(sent(upstream).toString()).contains("\\\"type\\\":\\\"array\\\"");
        assertThat(dropped(answer)).isEqualTo("format: told in words");
    }

    /// What servers of tools offer, and OpenAI and Anthropic refuse at the top.
    @ParameterizedTest
    @CsvSource({"openai", "resp", "claude", "router", "deep", "xai", "mistral", "chat"})
    void choices_at_the_top_of_a_tool_are_told_in_its_description(String upstream) {
        HttpResponse<String> answer =
                own(
                        upstream,
                        "'tools':[{'name':'f','parameters':{'anyOf':["
                                + "{'type':'object','properties':{'a':{'type':'string'}},'required':['a']},"
                                + "{'type':'object','properties':{'b':{'type':'string'}}}]}}]");

        JsonNode parameters = parameters(upstream);
        assertThat(parameters.path("type").asString("")).isEqualTo("object");
        assertThat(parameters.has("anyOf")).isFalse();
        assertThat(parameters.path("properties").has("a")).isTrue();
        assertThat(parameters.path("properties").has("b")).isTrue();
        assertThat(parameters.path("description").asString("")).startsWith("{anyOf: [");
        assertThat(dropped(answer)).isEqualTo("tools[0].parameters: anyOf is told in words");
    }

    @Test
    void a_tool_that_says_nothing_of_its_parameters_has_none() {
        for (String upstream : List.of("openai", "resp", "claude", "deep")) {
            own(upstream, "'tools':[{'name':'f','parameters':{'type':'object'}}]");

            assertThat(parameters(upstream))
                    .as(upstream)
                    .isEqualTo(JSON.readTree("{\"type\":\"object\",\"properties\":{}}"));
        }
    }
}
