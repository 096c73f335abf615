package dev.switchgear.dialects;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.anthropic.AnthropicProviderDialect;
import dev.switchgear.dialects.gemini.GeminiFlavour;
import dev.switchgear.dialects.gemini.GeminiProviderDialect;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.ollama.OllamaProviderDialect;
import dev.switchgear.dialects.openai.OpenAiFlavour;
import dev.switchgear.dialects.openai.OpenAiProviderDialect;
import dev.switchgear.dialects.responses.ResponsesFlavour;
import dev.switchgear.dialects.responses.ResponsesProviderDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Sampling;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.Catalogue;
import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.families.llm.model.Reasoning;
import dev.switchgear.families.llm.model.Support;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The rules that the writers of all provider dialects share, each with what every one of them sends
/// and says of what it left out.
///
/// A line holds what the request has beyond the bare one (the same without the wish), then behind
/// `~` what it lacks of that one, then behind `|` what is said to be dropped; or what is refused.
final class WhatIsDroppedTest {
    /// The provider dialects, each in its fullest flavour.
    enum To {
        OPENAI,
        RESPONSES,
        ANTHROPIC,
        GEMINI,
        OLLAMA;

        ProviderDialect dialect() {
            return switch (this) {
                case OPENAI -> new OpenAiProviderDialect(OpenAiFlavour.OPENAI);
                case RESPONSES -> new ResponsesProviderDialect(ResponsesFlavour.OPENAI);
                case ANTHROPIC -> new AnthropicProviderDialect();
                case GEMINI -> new GeminiProviderDialect(GeminiFlavour.GOOGLE);
                case OLLAMA -> new OllamaProviderDialect();
            };
        }
    }

    private static final Tool WEATHER = function("weather");
    private static final Tool TIME = function("time");
    private static final Tool PLACE =
            new Tool.Function(
                    "place",
                    "",
                    Optional.of(
                            Json.read(
                                    """
                                    {"type":"object","properties":{"a":{"type":"string"}}}
                                    """)),
                    Optional.empty(),
                    Optional.empty());
    private static final AnswerFormat SCHEMA =
            new AnswerFormat.JsonSchema(
                    "", "", Json.read("{\"type\":\"object\"}"), Optional.empty());

    /// @param wish what is asked beyond the bare question
    /// @param told by each dialect, in lines
    record Rule(
            String name,
            UnaryOperator<ChatRequest.Builder> bare,
            UnaryOperator<ChatRequest.Builder> wish,
            ModelTraits traits,
            String told) {
        Rule(
                String name,
                UnaryOperator<ChatRequest.Builder> wish,
                ModelTraits traits,
                String told) {
            this(name, UnaryOperator.identity(), wish, traits, told);
        }

        /// The same asked of a model that lacks just this.
        Rule lacking(Set<Capability> lacks) {
            var others = new ModelTraits(traits.outputTokensMax(), traits.reasoning(), lacks);
            return new Rule(name, bare, wish, others, told);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void what_all_dialects_decide_is_told_by_each(Rule rule) {
        String told =
                Stream.of(To.values())
                        .map(to -> to.name().toLowerCase(ROOT) + ": " + told(to, rule))
                        .collect(Collectors.joining("\n"));

        assertThat(told).isEqualTo(rule.told().strip());
    }

    @ParameterizedTest
    @EnumSource
    void each_capability_is_known_of_some_model(Capability capability) {
        assertThat(Catalogue.builtIn().providers().values())
                .flatMap(provider -> provider.models().values())
                .anyMatch(model -> model.supports(capability) != Support.UNKNOWN);
    }

    /// The others are facts for people and prices, for which no request is worded differently, or matter
    /// where bytes pass alone.
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"PROMPT_CACHE", "MAX_TOKENS", "LATER_SYSTEM", "EMBEDDINGS"})
    void each_capability_is_asked_by_some_writer(Capability capability) {
        assertThat(rules()).anyMatch(rule -> asked(rule, capability));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            textBlock =
                    """
                    OPENAI,          stop,                      response_format.json_schema
                    OWN,             stop,                      response_format.json_schema
                    RESPONSES,       stop,                      text.format
                    ANTHROPIC,       stop_sequences,            output_config.format
                    GEMINI,          generationConfig.stopSequences, generationConfig.responseSchema
                    OLLAMA,          options.stop,              format
                    OLLAMA_GENERATE, options.stop,              format
                    """)
    void each_client_is_told_in_its_own_words(Dialect client, String stop, String format)
            throws Exception {
        ChatRequest asked =
                hello(UnaryOperator.identity())
                        .asked(client)
                        .stop(List.of("x"))
                        .format(SCHEMA)
                        .build();

        Worded worded =
                To.OPENAI
                        .dialect()
                        .chat(
                                asked,
                                new ModelTarget(
                                        "m",
                                        lacking(Capability.STOP, Capability.STRUCTURED_OUTPUT)));

        assertThat(worded.dropped()).containsExactlyInAnyOrder(stop, format + ": told in words");
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "RESPONSES"})
    void a_schema_has_a_name_that_is_taken(To to) throws Exception {
        var named =
                new AnswerFormat.JsonSchema(
                        "Wetter v2.1 für " + "x".repeat(80),
                        "",
                        Json.read("{\"type\":\"object\"}"),
                        Optional.empty());

        Worded worded =
                to.dialect()
                        .chat(
                                hello(UnaryOperator.identity()).format(named).build(),
                                new ModelTarget("m", ModelTraits.UNKNOWN));

        assertThat(body(worded).findValue("name").stringValue())
                .matches("Wetter_v2_1_f_r_x+")
                .hasSize(64);
    }

    private static boolean asked(Rule rule, Capability capability) {
        Rule having = rule.lacking(Set.of());
        Rule lacking = rule.lacking(Set.of(capability));
        return Stream.of(To.values()).anyMatch(to -> !told(to, having).equals(told(to, lacking)));
    }

    private static String told(To to, Rule rule) {
        ProviderDialect dialect = to.dialect();
        var target = new ModelTarget("m", rule.traits());
        Map<String, String> bare = new TreeMap<>();
        Map<String, String> sent = new TreeMap<>();
        Worded worded;
        try {
            flat("", body(dialect.chat(hello(rule.bare()).build(), target)), bare);
            worded = dialect.chat(rule.wish().apply(hello(rule.bare())).build(), target);
            flat("", body(worded), sent);
        } catch (NotTranslatable refused) {
            return "refused " + refused.getMessage();
        }
        String more = different(sent, bare);
        String less =
                bare.keySet().stream()
                        .filter(path -> !sent.containsKey(path))
                        .collect(Collectors.joining(" "));
        String told =
                more
                        + (less.isEmpty() ? "" : " ~ " + less)
                        + (worded.dropped().isEmpty()
                                ? ""
                                : " | " + String.join(", ", worded.dropped()));
        return told.isEmpty() ? "as the bare one" : told.strip();
    }

    private static String different(Map<String, String> of, Map<String, String> than) {
        return of.entrySet().stream()
                .filter(each -> !each.getValue().equals(than.get(each.getKey())))
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(" "));
    }

    private static void flat(String path, JsonNode value, Map<String, String> into) {
        if (value instanceof ObjectNode object && !object.isEmpty()) {
            for (Map.Entry<String, JsonNode> each : object.properties()) {
                flat(
                        path.isEmpty() ? each.getKey() : path + "." + each.getKey(),
                        each.getValue(),
                        into);
            }
        } else if (path.startsWith("tools") || path.endsWith("functionDeclarations")) {
            into.put(path, names(value));
        } else {
            into.put(path, value.isString() ? value.stringValue() : Json.text(value));
        }
    }

    /// Of the tools their names: how each is worded is told in the dialects' own tests.
    private static String names(JsonNode tools) {
        return tools.findValues("name").stream()
                .map(JsonNode::stringValue)
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static JsonNode body(Worded worded) {
        return Json.read(worded.body(), 0, worded.body().length);
    }

    private static ChatRequest.Builder hello(UnaryOperator<ChatRequest.Builder> also) {
        return also.apply(
                ChatRequest.builder("asked").turn(Role.USER, List.of(new Part.Text("hi"))));
    }

    private static Tool function(String name) {
        return new Tool.Function(name, "", Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static ModelTraits lacking(Capability... lacks) {
        return new ModelTraits(OptionalLong.empty(), Optional.empty(), Set.of(lacks));
    }

    private static ModelTraits reasoning(Reasoning way, Capability... lacks) {
        return new ModelTraits(OptionalLong.empty(), Optional.of(way), Set.of(lacks));
    }

    private static ReasoningWish effort(Effort effort) {
        return new ReasoningWish(Optional.of(effort), OptionalLong.empty(), Optional.empty());
    }

    private static Sampling sampling() {
        return new Sampling(
                OptionalDouble.of(0.5),
                OptionalDouble.of(0.25),
                OptionalLong.of(3),
                OptionalLong.of(7),
                OptionalDouble.of(1),
                OptionalDouble.of(1.5));
    }

    private static UnaryOperator<ChatRequest.Builder> sampled(double temperature, double topP) {
        return asked ->
                asked.sampling(
                        new Sampling(
                                OptionalDouble.of(temperature),
                                OptionalDouble.of(topP),
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                OptionalDouble.empty(),
                                OptionalDouble.empty()));
    }

    private static ChatRequest.Builder tools(ChatRequest.Builder asked) {
        return asked.tool(WEATHER).tool(TIME);
    }

    private static ChatRequest.Builder says(ChatRequest.Builder asked, Part part) {
        return asked.turn(Role.USER, List.of(part));
    }

    static Stream<Rule> rules() {
        return Stream.of(
                new Rule(
                        "more than one answer",
                        asked -> asked.answers(2),
                        ModelTraits.UNKNOWN,
                        """
                        openai: refused n: 2 (expected: 1, as an answer is translated alone)
                        responses: refused n: 2 (expected: 1, as an answer is translated alone)
                        anthropic: refused n: 2 (expected: 1, as an answer is translated alone)
                        gemini: refused n: 2 (expected: 1, as an answer is translated alone)
                        ollama: refused n: 2 (expected: 1, as an answer is translated alone)
                        """),
                new Rule(
                        "a bound above the model's most",
                        asked -> asked.maxOutputTokens(90_000),
                        new ModelTraits(OptionalLong.of(40_000), Optional.empty(), Set.of()),
                        """
                        openai: max_completion_tokens=40000 | max_completion_tokens: cut to 40000, the model's most
                        responses: max_output_tokens=40000 | max_output_tokens: cut to 40000, the model's most
                        anthropic: max_tokens=40000 | max_tokens: cut to 40000, the model's most
                        gemini: generationConfig.maxOutputTokens=40000 | max_tokens: cut to 40000, the model's most
                        ollama: options.num_predict=40000 | num_predict: cut to 40000, the model's most
                        """),
                new Rule(
                        "a bound within the model's most",
                        asked -> asked.maxOutputTokens(40_000),
                        new ModelTraits(OptionalLong.of(40_000), Optional.empty(), Set.of()),
                        """
                        openai: max_completion_tokens=40000
                        responses: max_output_tokens=40000
                        anthropic: max_tokens=40000
                        gemini: generationConfig.maxOutputTokens=40000
                        ollama: options.num_predict=40000
                        """),
                new Rule(
                        "all ways to sample",
                        asked -> asked.sampling(sampling()),
                        ModelTraits.UNKNOWN,
                        """
                        openai: frequency_penalty=1.5 presence_penalty=1.0 seed=7 temperature=0.5 top_p=0.25 | top_k
                        responses: temperature=0.5 top_p=0.25 | top_k, seed, presence_penalty, frequency_penalty
                        anthropic: temperature=0.5 top_k=3 | top_p: not beside temperature, seed, presence_penalty, frequency_penalty
                        gemini: generationConfig.frequencyPenalty=1.5 generationConfig.presencePenalty=1.0 generationConfig.seed=7 generationConfig.temperature=0.5 generationConfig.topK=3 generationConfig.topP=0.25
                        ollama: options.frequency_penalty=1.5 options.presence_penalty=1.0 options.seed=7 options.temperature=0.5 options.top_k=3 options.top_p=0.25
                        """),
                new Rule(
                        "sampling, which the model lacks",
                        asked -> asked.sampling(sampling()),
                        lacking(Capability.TEMPERATURE),
                        """
                        openai: seed=7 | temperature, top_p, top_k, presence_penalty, frequency_penalty
                        responses: | temperature, top_p, top_k, seed, presence_penalty, frequency_penalty
                        anthropic: | temperature, top_p, top_k, seed, presence_penalty, frequency_penalty
                        gemini: generationConfig.frequencyPenalty=1.5 generationConfig.presencePenalty=1.0 generationConfig.seed=7 | temperature, top_p, top_k
                        ollama: options.seed=7 | temperature, top_p, top_k, presence_penalty, frequency_penalty
                        """),
                new Rule(
                        "penalties, which the model lacks",
                        asked -> asked.sampling(sampling()),
                        lacking(Capability.PENALTIES),
                        """
                        openai: seed=7 temperature=0.5 top_p=0.25 | top_k, presence_penalty, frequency_penalty
                        responses: temperature=0.5 top_p=0.25 | top_k, seed, presence_penalty, frequency_penalty
                        anthropic: temperature=0.5 top_k=3 | top_p: not beside temperature, seed, presence_penalty, frequency_penalty
                        gemini: generationConfig.seed=7 generationConfig.temperature=0.5 generationConfig.topK=3 generationConfig.topP=0.25 | presence_penalty, frequency_penalty
                        ollama: options.seed=7 options.temperature=0.5 options.top_k=3 options.top_p=0.25 | presence_penalty, frequency_penalty
                        """),
                new Rule(
                        "temperature with top_p, of which the model takes one",
                        sampled(0.5, 0.25),
                        lacking(Capability.TEMPERATURE_WITH_TOP_P),
                        """
                        openai: temperature=0.5 | top_p: not beside temperature
                        responses: temperature=0.5 | top_p: not beside temperature
                        anthropic: temperature=0.5 | top_p: not beside temperature
                        gemini: generationConfig.temperature=0.5 | top_p: not beside temperature
                        ollama: options.temperature=0.5 | top_p: not beside temperature
                        """),
                new Rule(
                        "stop texts",
                        asked -> asked.stop(List.of("a", "b")),
                        ModelTraits.UNKNOWN,
                        """
                        openai: stop=["a","b"]
                        responses: | stop: Responses has none
                        anthropic: stop_sequences=["a","b"]
                        gemini: generationConfig.stopSequences=["a","b"]
                        ollama: options.stop=["a","b"]
                        """),
                new Rule(
                        "stop texts, which the model lacks",
                        asked -> asked.stop(List.of("a")),
                        lacking(Capability.STOP),
                        """
                        openai: | stop
                        responses: | stop: Responses has none
                        anthropic: | stop
                        gemini: | stop
                        ollama: | stop
                        """),
                new Rule(
                        "six stop texts",
                        asked -> asked.stop(List.of("1", "2", "3", "4", "5", "6")),
                        ModelTraits.UNKNOWN,
                        """
                        openai: refused stop: 6 texts (expected: at most 4)
                        responses: | stop: Responses has none
                        anthropic: stop_sequences=["1","2","3","4","5","6"]
                        gemini: refused stop: 6 texts (expected: at most 5)
                        ollama: options.stop=["1","2","3","4","5","6"]
                        """),
                new Rule(
                        "the end user's name",
                        asked -> asked.user("u"),
                        ModelTraits.UNKNOWN,
                        """
                        openai: user=u
                        responses: safety_identifier=u
                        anthropic: metadata.user_id=u
                        gemini: | user
                        ollama: | user
                        """),
                new Rule(
                        "tools, which the model lacks",
                        WhatIsDroppedTest::tools,
                        lacking(Capability.TOOLS),
                        """
                        openai: refused tools: m takes none
                        responses: refused tools: m takes none
                        anthropic: refused tools: m takes none
                        gemini: refused tools: m takes none
                        ollama: refused tools: m takes none
                        """),
                new Rule(
                        "a tool that another provider runs",
                        asked -> asked.tool(new Tool.Hosted(Dialect.OWN, "search", Json.object())),
                        ModelTraits.UNKNOWN,
                        """
                        openai: refused tools[0].type: search: only its own provider runs this tool
                        responses: refused tools: search: only its own provider runs this tool
                        anthropic: refused tools[0].type: search: only its own provider runs this tool
                        gemini: refused tools[0]: search: only its own provider runs this tool
                        ollama: refused tools[0].type: search: only its own provider runs this tool
                        """),
                new Rule(
                        "any call demanded",
                        WhatIsDroppedTest::tools,
                        asked -> asked.toolChoice(new ToolChoice.Required()),
                        ModelTraits.UNKNOWN,
                        """
                        openai: tool_choice=required
                        responses: tool_choice=required
                        anthropic: tool_choice.type=any
                        gemini: toolConfig.functionCallingConfig.mode=ANY
                        ollama: | tool_choice: m cannot be made to call a tool
                        """),
                new Rule(
                        "any call demanded of a model that cannot be made to",
                        WhatIsDroppedTest::tools,
                        asked -> asked.toolChoice(new ToolChoice.Required()),
                        lacking(Capability.FORCED_TOOL),
                        """
                        openai: tool_choice=auto | tool_choice: m cannot be made to call a tool
                        responses: tool_choice=auto | tool_choice: m cannot be made to call a tool
                        anthropic: tool_choice.type=auto | tool_choice: m cannot be made to call a tool
                        gemini: toolConfig.functionCallingConfig.mode=AUTO | tool_choice: m cannot be made to call a tool
                        ollama: | tool_choice: m cannot be made to call a tool
                        """),
                new Rule(
                        "one call demanded",
                        WhatIsDroppedTest::tools,
                        asked -> asked.toolChoice(new ToolChoice.Named("time")),
                        ModelTraits.UNKNOWN,
                        """
                        openai: tool_choice.function.name=time tool_choice.type=function
                        responses: tool_choice.name=time tool_choice.type=function
                        anthropic: tool_choice.name=time tool_choice.type=tool
                        gemini: toolConfig.functionCallingConfig.allowedFunctionNames=["time"] toolConfig.functionCallingConfig.mode=ANY
                        ollama: format.additionalProperties=false format.properties={} format.type=object messages=[{"role":"system","content":"Answer with the arguments of a call of the tool `time`, as one JSON object, and with nothing else.\\nThe JSON Schema of its arguments: {\\"type\\":\\"object\\",\\"properties\\":{},\\"additionalProperties\\":false}"},{"role":"user","content":"hi"}] ~ tools | tool_choice: the call is asked for as a structured answer
                        """),
                new Rule(
                        "one call demanded of a model that cannot be made to",
                        WhatIsDroppedTest::tools,
                        asked -> asked.toolChoice(new ToolChoice.Named("time")),
                        lacking(Capability.FORCED_TOOL, Capability.STRUCTURED_OUTPUT),
                        """
                        openai: tool_choice=auto tools=[time] | tool_choice: m cannot be made to call a tool
                        responses: tool_choice.mode=auto tool_choice.tools=[{"type":"function","name":"time"}] tool_choice.type=allowed_tools | tool_choice: m cannot be made to call a tool
                        anthropic: tool_choice.type=auto tools=[time] | tool_choice: m cannot be made to call a tool
                        gemini: toolConfig.functionCallingConfig.allowedFunctionNames=["time"] toolConfig.functionCallingConfig.mode=VALIDATED | tool_choice: m cannot be made to call a tool
                        ollama: tools=[time] | tool_choice: m cannot be made to call a tool
                        """),
                new Rule(
                        "a call among some demanded",
                        WhatIsDroppedTest::tools,
                        asked -> asked.toolChoice(new ToolChoice.Among(List.of("time"), true)),
                        ModelTraits.UNKNOWN,
                        """
                        openai: tool_choice.allowed_tools.mode=required tool_choice.allowed_tools.tools=[{"type":"function","function":{"name":"time"}}] tool_choice.type=allowed_tools
                        responses: tool_choice.mode=required tool_choice.tools=[{"type":"function","name":"time"}] tool_choice.type=allowed_tools
                        anthropic: tool_choice.type=any tools=[time]
                        gemini: toolConfig.functionCallingConfig.allowedFunctionNames=["time"] toolConfig.functionCallingConfig.mode=ANY
                        ollama: format.additionalProperties=false format.properties={} format.type=object messages=[{"role":"system","content":"Answer with the arguments of a call of the tool `time`, as one JSON object, and with nothing else.\\nThe JSON Schema of its arguments: {\\"type\\":\\"object\\",\\"properties\\":{},\\"additionalProperties\\":false}"},{"role":"user","content":"hi"}] ~ tools | tool_choice: the call is asked for as a structured answer
                        """),
                new Rule(
                        "a call among some demanded of a model that cannot be made to",
                        WhatIsDroppedTest::tools,
                        asked -> asked.toolChoice(new ToolChoice.Among(List.of("time"), true)),
                        lacking(Capability.FORCED_TOOL, Capability.STRUCTURED_OUTPUT),
                        """
                        openai: tool_choice=auto tools=[time] | tool_choice: m cannot be made to call a tool
                        responses: tool_choice.mode=auto tool_choice.tools=[{"type":"function","name":"time"}] tool_choice.type=allowed_tools | tool_choice: m cannot be made to call a tool
                        anthropic: tool_choice.type=auto tools=[time] | tool_choice: m cannot be made to call a tool
                        gemini: toolConfig.functionCallingConfig.allowedFunctionNames=["time"] toolConfig.functionCallingConfig.mode=VALIDATED | tool_choice: m cannot be made to call a tool
                        ollama: tools=[time] | tool_choice: m cannot be made to call a tool
                        """),
                new Rule(
                        "one call with arguments demanded of a model that cannot be made to",
                        asked -> asked.tool(PLACE).toolChoice(new ToolChoice.Named("place")),
                        lacking(Capability.FORCED_TOOL),
                        """
                        openai: messages=[{"role":"system","content":"Answer with the arguments of a call of the tool `place`, as one JSON object, and with nothing else.\\nThe JSON Schema of its arguments: {\\"type\\":\\"object\\",\\"properties\\":{\\"a\\":{\\"type\\":\\"string\\"}}}"},{"role":"user","content":"hi"}] response_format.json_schema.name=place response_format.json_schema.schema.properties.a.type=string response_format.json_schema.schema.type=object response_format.type=json_schema | tool_choice: the call is asked for as a structured answer
                        responses: instructions=Answer with the arguments of a call of the tool `place`, as one JSON object, and with nothing else.\nThe JSON Schema of its arguments: {"type":"object","properties":{"a":{"type":"string"}}} text.format.name=place text.format.schema.properties.a.type=string text.format.schema.type=object text.format.type=json_schema | tool_choice: the call is asked for as a structured answer
                        anthropic: output_config.format.schema.additionalProperties=false output_config.format.schema.properties.a.type=string output_config.format.schema.type=object output_config.format.type=json_schema system=Answer with the arguments of a call of the tool `place`, as one JSON object, and with nothing else.\nThe JSON Schema of its arguments: {"type":"object","properties":{"a":{"type":"string"}}} | tool_choice: the call is asked for as a structured answer
                        gemini: generationConfig.responseJsonSchema.properties.a.type=string generationConfig.responseJsonSchema.type=object generationConfig.responseMimeType=application/json systemInstruction.parts=[{"text":"Answer with the arguments of a call of the tool `place`, as one JSON object, and with nothing else.\\nThe JSON Schema of its arguments: {\\"type\\":\\"object\\",\\"properties\\":{\\"a\\":{\\"type\\":\\"string\\"}}}"}] | tool_choice: the call is asked for as a structured answer
                        ollama: format.properties.a.type=string format.type=object messages=[{"role":"system","content":"Answer with the arguments of a call of the tool `place`, as one JSON object, and with nothing else.\\nThe JSON Schema of its arguments: {\\"type\\":\\"object\\",\\"properties\\":{\\"a\\":{\\"type\\":\\"string\\"}}}"},{"role":"user","content":"hi"}] | tool_choice: the call is asked for as a structured answer
                        """),
                new Rule(
                        "one call with arguments demanded where neither can be had",
                        asked -> asked.tool(PLACE).toolChoice(new ToolChoice.Required()),
                        lacking(Capability.FORCED_TOOL, Capability.STRUCTURED_OUTPUT),
                        """
                        openai: tool_choice=auto tools=[place] | tool_choice: m cannot be made to call a tool
                        responses: tool_choice=auto tools=[place] | tool_choice: m cannot be made to call a tool
                        anthropic: tool_choice.type=auto tools=[place] | tool_choice: m cannot be made to call a tool
                        gemini: toolConfig.functionCallingConfig.mode=AUTO tools=[place] | tool_choice: m cannot be made to call a tool
                        ollama: tools=[place] | tool_choice: m cannot be made to call a tool
                        """),
                new Rule(
                        "a call among some allowed",
                        WhatIsDroppedTest::tools,
                        asked -> asked.toolChoice(new ToolChoice.Among(List.of("time"), false)),
                        ModelTraits.UNKNOWN,
                        """
                        openai: tool_choice.allowed_tools.mode=auto tool_choice.allowed_tools.tools=[{"type":"function","function":{"name":"time"}}] tool_choice.type=allowed_tools
                        responses: tool_choice.mode=auto tool_choice.tools=[{"type":"function","name":"time"}] tool_choice.type=allowed_tools
                        anthropic: tool_choice.type=auto tools=[time]
                        gemini: toolConfig.functionCallingConfig.allowedFunctionNames=["time"] toolConfig.functionCallingConfig.mode=VALIDATED
                        ollama: tools=[time]
                        """),
                new Rule(
                        "a call demanded without tools",
                        asked -> asked.toolChoice(new ToolChoice.Required()),
                        ModelTraits.UNKNOWN,
                        """
                        openai: | tool_choice: there are no tools
                        responses: | tool_choice: there are no tools
                        anthropic: | tool_choice: there are no tools
                        gemini: | tool_choice: there are no tools
                        ollama: | tool_choice: there are no tools
                        """),
                new Rule(
                        "one tool at a time",
                        WhatIsDroppedTest::tools,
                        asked -> asked.parallelTools(false),
                        ModelTraits.UNKNOWN,
                        """
                        openai: parallel_tool_calls=false
                        responses: parallel_tool_calls=false
                        anthropic: tool_choice.disable_parallel_tool_use=true tool_choice.type=auto
                        gemini: | parallel_tool_calls: Gemini may call several tools at once
                        ollama: | parallel_tool_calls
                        """),
                new Rule(
                        "a schema",
                        asked -> asked.format(SCHEMA),
                        ModelTraits.UNKNOWN,
                        """
                        openai: response_format.json_schema.name=answer response_format.json_schema.schema.type=object response_format.type=json_schema
                        responses: text.format.name=answer text.format.schema.type=object text.format.type=json_schema
                        anthropic: output_config.format.schema.additionalProperties=false output_config.format.schema.type=object output_config.format.type=json_schema
                        gemini: generationConfig.responseJsonSchema.type=object generationConfig.responseMimeType=application/json
                        ollama: format.type=object
                        """),
                new Rule(
                        "a schema, which the model lacks",
                        asked -> asked.format(SCHEMA),
                        lacking(Capability.STRUCTURED_OUTPUT),
                        """
                        openai: messages=[{"role":"system","content":"Answer with one JSON value that follows this JSON Schema, and with nothing else: no words before or after it, no code fence.\\n{\\"type\\":\\"object\\"}"},{"role":"user","content":"hi"}] response_format.type=json_object | response_format.json_schema: told in words
                        responses: instructions=Answer with one JSON value that follows this JSON Schema, and with nothing else: no words before or after it, no code fence.\n{"type":"object"} text.format.type=json_object | response_format.json_schema: told in words
                        anthropic: tool_choice.name=switchgear_json_answer tool_choice.type=tool tools=[switchgear_json_answer]
                        gemini: generationConfig.responseMimeType=application/json systemInstruction.parts=[{"text":"Answer with one JSON value that follows this JSON Schema, and with nothing else: no words before or after it, no code fence.\\n{\\"type\\":\\"object\\"}"}] | response_format.json_schema: told in words
                        ollama: format=json messages=[{"role":"system","content":"Answer with one JSON value that follows this JSON Schema, and with nothing else: no words before or after it, no code fence.\\n{\\"type\\":\\"object\\"}"},{"role":"user","content":"hi"}] | response_format.json_schema: told in words
                        """),
                new Rule(
                        "a schema beside tools",
                        WhatIsDroppedTest::tools,
                        asked -> asked.format(SCHEMA),
                        ModelTraits.UNKNOWN,
                        """
                        openai: response_format.json_schema.name=answer response_format.json_schema.schema.type=object response_format.type=json_schema
                        responses: text.format.name=answer text.format.schema.type=object text.format.type=json_schema
                        anthropic: output_config.format.schema.additionalProperties=false output_config.format.schema.type=object output_config.format.type=json_schema
                        gemini: generationConfig.responseJsonSchema.type=object generationConfig.responseMimeType=application/json
                        ollama: format.type=object
                        """),
                new Rule(
                        "a schema beside tools, of which the model takes one",
                        WhatIsDroppedTest::tools,
                        asked -> asked.format(SCHEMA),
                        lacking(Capability.TOOLS_WITH_STRUCTURED_OUTPUT),
                        """
                        openai: messages=[{"role":"system","content":"This is about your answer, and not about calls of tools. Answer with one JSON value that follows this JSON Schema, and with nothing else: no words before or after it, no code fence.\\n{\\"type\\":\\"object\\"}"},{"role":"user","content":"hi"}] | response_format.json_schema: told in words
                        responses: instructions=This is about your answer, and not about calls of tools. Answer with one JSON value that follows this JSON Schema, and with nothing else: no words before or after it, no code fence.\n{"type":"object"} | response_format.json_schema: told in words
                        anthropic: tool_choice.type=any tools=[weather,time,switchgear_json_answer]
                        gemini: systemInstruction.parts=[{"text":"This is about your answer, and not about calls of tools. Answer with one JSON value that follows this JSON Schema, and with nothing else: no words before or after it, no code fence.\\n{\\"type\\":\\"object\\"}"}] | response_format.json_schema: told in words
                        ollama: messages=[{"role":"system","content":"This is about your answer, and not about calls of tools. Answer with one JSON value that follows this JSON Schema, and with nothing else: no words before or after it, no code fence.\\n{\\"type\\":\\"object\\"}"},{"role":"user","content":"hi"}] | response_format.json_schema: told in words
                        """),
                new Rule(
                        "an effort of a model that takes a word",
                        asked -> asked.reasoning(effort(Effort.HIGH)),
                        reasoning(Reasoning.EFFORT),
                        """
                        openai: reasoning_effort=high
                        responses: reasoning.effort=high
                        anthropic: output_config.effort=high thinking.type=adaptive
                        gemini: generationConfig.thinkingConfig.thinkingLevel=high
                        ollama: think=high
                        """),
                new Rule(
                        "an effort of a model that does not reason",
                        asked -> asked.reasoning(effort(Effort.HIGH)),
                        reasoning(Reasoning.NONE),
                        """
                        openai: | reasoning_effort: m does not reason
                        responses: | reasoning: m does not reason
                        anthropic: | reasoning: m does not reason
                        gemini: | reasoning: m does not reason
                        ollama: | reasoning_effort: m does not reason
                        """),
                new Rule(
                        "the highest effort of a model that goes up to high",
                        asked -> asked.reasoning(effort(Effort.MAX)),
                        reasoning(Reasoning.EFFORT, Capability.EFFORT_ABOVE_HIGH),
                        """
                        openai: reasoning_effort=high | reasoning_effort: max is high here
                        responses: reasoning.effort=high | reasoning.effort: max is high here
                        anthropic: output_config.effort=high thinking.type=adaptive | reasoning: max is high here
                        gemini: generationConfig.thinkingConfig.thinkingLevel=high | reasoning: max is high here
                        ollama: think=high | reasoning_effort: max is high here
                        """),
                new Rule(
                        "the effort minimal of a model that lacks it",
                        asked -> asked.reasoning(effort(Effort.MINIMAL)),
                        reasoning(Reasoning.EFFORT, Capability.EFFORT_MINIMAL),
                        """
                        openai: reasoning_effort=low | reasoning_effort: minimal is low here
                        responses: reasoning.effort=low | reasoning.effort: minimal is low here
                        anthropic: output_config.effort=low thinking.type=adaptive | reasoning: minimal is low here
                        gemini: generationConfig.thinkingConfig.thinkingLevel=low | reasoning: minimal is low here
                        ollama: think=low | reasoning_effort: minimal is low here
                        """),
                new Rule(
                        "no reasoning of a model that always reasons",
                        asked -> asked.reasoning(effort(Effort.NONE)),
                        reasoning(Reasoning.EFFORT, Capability.REASONING_OFF),
                        """
                        openai: reasoning_effort=minimal | reasoning_effort: none is minimal here
                        responses: reasoning.effort=minimal | reasoning.effort: none is minimal here
                        anthropic: output_config.effort=low thinking.type=adaptive | reasoning: none is low here
                        gemini: generationConfig.thinkingConfig.thinkingLevel=minimal | reasoning: none is minimal here
                        ollama: think=low | reasoning_effort: none is low here
                        """),
                new Rule(
                        "no reasoning of a model that does none",
                        asked -> asked.reasoning(effort(Effort.NONE)),
                        reasoning(Reasoning.NONE),
                        """
                        openai: as the bare one
                        responses: as the bare one
                        anthropic: as the bare one
                        gemini: as the bare one
                        ollama: as the bare one
                        """),
                new Rule(
                        "a turn of the assistant to go on from, which the model does not",
                        asked -> asked.turn(Role.ASSISTANT, List.of(new Part.Text("so"))),
                        lacking(Capability.PREFILL),
                        """
                        openai: refused messages: m does not go on from an assistant's message
                        responses: input=[{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"so"}]}]
                        anthropic: refused messages: m does not go on from an assistant's message
                        gemini: refused messages: m does not go on from an assistant's message
                        ollama: refused messages: m does not go on from an assistant's message
                        """),
                new Rule(
                        "an image, which the model lacks",
                        asked ->
                                says(
                                        asked,
                                        new Part.Image(new Media.Inline("image/png", "AAAA"), "")),
                        lacking(Capability.VISION),
                        """
                        openai: refused image_url: m takes no images
                        responses: refused image: m takes no images
                        anthropic: refused image: m takes no images
                        gemini: refused image: m takes no images
                        ollama: refused images: m takes no images
                        """),
                new Rule(
                        "a document, which the model lacks",
                        asked ->
                                says(
                                        asked,
                                        new Part.Document(
                                                new Media.Inline("application/pdf", "AAAA"), "")),
                        lacking(Capability.DOCUMENTS),
                        """
                        openai: refused file: m takes no documents
                        responses: refused document: m takes no documents
                        anthropic: refused document: m takes no documents
                        gemini: refused document: m takes no documents
                        ollama: refused file: m takes no documents but text
                        """),
                new Rule(
                        "audio, which the model lacks",
                        asked -> says(asked, new Part.Audio(new Media.Inline("audio/wav", "AAAA"))),
                        lacking(Capability.AUDIO),
                        """
                        openai: refused input_audio: m takes no audio
                        responses: refused audio: Responses takes no audio as input
                        anthropic: refused input_audio: Anthropic takes no audio
                        gemini: refused audio: m takes no audio
                        ollama: refused input_audio: m takes no audio
                        """),
                new Rule(
                        "a field of another dialect",
                        asked -> asked.extra("strange", Json.object()).asked(Dialect.OWN),
                        ModelTraits.UNKNOWN,
                        """
                        openai: | strange
                        responses: | strange
                        anthropic: | strange
                        gemini: | strange
                        ollama: | strange
                        """));
    }
}
