package dev.switchgear.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.JsonOutputFormat;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageContentParam;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.OutputConfig;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.responses.ResponseCreateParams;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.provider.ReceivedRequest;
import dev.switchgear.simulator.provider.SimulatedProvider;
import dev.switchgear.simulator.settings.Kind;
import dev.switchgear.simulator.settings.ProviderSettings;
import dev.switchgear.simulator.settings.SimulatorSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The official SDKs for Java as clients of a whole gateway, before their own provider and a foreign one.
class JavaClientsTest {
    private static final String OPENAI = "openai/gpt-4o";
    private static final String CLAUDE = "anthropic/claude-haiku-4-5";
    private static final String SAYING = "Say \"Déjà vu — 東京 🚀\"";
    private static final String SAID = "Déjà vu — 東京 🚀";
    private static final String CITIES = "How is the weather in Pune and in Goa?";
    private static final String TOLD = "31 degrees and dry";

    private final House house =
            House.of(
                    SimulatorSettings.of(
                            ProviderSettings.openAi("openai").instant(),
                            ProviderSettings.of("anthropic", Kind.ANTHROPIC).instant()),
                    port ->
                            """
                            server: { port: 0 }
                            egress: { allow-private: ["127.0.0.1:%1$d"] }
                            resilience: { retry: { attempts: 1 } }
                            providers:
                              openai: { base-url: "http://127.0.0.1:%1$d/openai/v1", keys: [ { secret: sk-openai-0123456789 } ] }
                              anthropic: { base-url: "http://127.0.0.1:%1$d/anthropic", keys: [ { secret: sk-anthropic-0123456789 } ] }
                            """
                                    .formatted(port));

    @AfterEach
    void close() {
        house.close();
    }

    private OpenAIClient openAi() {
        return OpenAIOkHttpClient.builder()
                .baseUrl(house.base())
                .apiKey("sk-of-no-importance")
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private AnthropicClient anthropic() {
        return AnthropicOkHttpClient.builder()
                .baseUrl("http://127.0.0.1:" + house.port())
                .apiKey("sk-of-no-importance")
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.getBytes(UTF_8));
    }

    private SimulatedProvider provider(String model) {
        return house.provider(model.substring(0, model.indexOf('/')));
    }

    private void hungUpOn(String model) throws InterruptedException {
        assertThat(provider(model).await(ReceivedRequest::hungUp, Duration.ofSeconds(5)))
                .as("the provider was hung up on when the client was gone")
                .isPresent();
    }

    // openai-java

    private static ChatCompletionCreateParams.Builder chat(String model, String prompt) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(prompt);
    }

    private static ChatCompletion streamed(OpenAIClient client, ChatCompletionCreateParams asked) {
        var whole = ChatCompletionAccumulator.create();
        try (var stream = client.chat().completions().createStreaming(asked)) {
            stream.stream().forEach(whole::accumulate);
        }
        return whole.chatCompletion();
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void openais_sdk_chats_and_streams(String model) {
        var client = openAi();
        var options = ChatCompletionStreamOptions.builder().includeUsage(true).build();

        var plain = client.chat().completions().create(chat(model, SAYING).build());
        var streamed = streamed(client, chat(model, SAYING).streamOptions(options).build());

        for (ChatCompletion one : List.of(plain, streamed)) {
            assertThat(one.choices().getFirst().message().content()).contains(SAID);
            assertThat(one.choices().getFirst().finishReason())
                    .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
            assertThat(one.usage().orElseThrow().totalTokens()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void openais_sdk_speaks_responses(String model) {
        var client = openAi();
        var asked = ResponseCreateParams.builder().model(model).input(SAYING).build();
        var whole = ResponseAccumulator.create();

        var plain = client.responses().create(asked);
        try (var stream = client.responses().createStreaming(asked)) {
            stream.stream().forEach(whole::accumulate);
        }

        for (var one : List.of(plain, whole.response())) {
            assertThat(
                            one.output()
                                    .getLast()
                                    .asMessage()
                                    .content()
                                    .getFirst()
                                    .asOutputText()
                                    .text())
                    .isEqualTo(SAID);
            assertThat(one.usage().orElseThrow().totalTokens()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void openais_sdk_calls_tools(String model) {
        var client = openAi();
        var weather =
                FunctionDefinition.builder()
                        .name("get_weather")
                        .description("The weather of a city")
                        .parameters(
                                FunctionParameters.builder()
                                        .putAdditionalProperty("type", JsonValue.from("object"))
                                        .putAdditionalProperty(
                                                "properties",
                                                JsonValue.from(
                                                        Map.of("city", Map.of("type", "string"))))
                                        .putAdditionalProperty(
                                                "required", JsonValue.from(List.of("city")))
                                        .build())
                        .build();
        var asked = chat(model, CITIES).addFunctionTool(weather);

        for (boolean stream : List.of(false, true)) {
            var answer =
                    stream
                            ? streamed(client, asked.build())
                            : client.chat().completions().create(asked.build());
            var message = answer.choices().getFirst().message();
            List<ChatCompletionMessageFunctionToolCall> calls =
                    message.toolCalls().orElseThrow().stream()
                            .map(call -> call.asFunction())
                            .toList();
            assertThat(calls)
                    .extracting(call -> json(call.function().arguments()).get("city").asString())
                    .containsExactly("Pune", "Goa");
            var more = chat(model, CITIES).addFunctionTool(weather).addMessage(message);
            for (var call : calls) {
                more.addMessage(
                        ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content(TOLD)
                                .build());
            }
            var then = client.chat().completions().create(more.build());
            assertThat(then.choices().getFirst().message().content().orElseThrow()).contains(TOLD);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void openais_sdk_gets_structured_answers(String model) {
        var schema =
                ResponseFormatJsonSchema.JsonSchema.Schema.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty(
                                "properties",
                                JsonValue.from(Map.of("volts", Map.of("type", "integer"))))
                        .putAdditionalProperty("required", JsonValue.from(List.of("volts")))
                        .putAdditionalProperty("additionalProperties", JsonValue.from(false))
                        .build();
        var format =
                ResponseFormatJsonSchema.builder()
                        .jsonSchema(
                                ResponseFormatJsonSchema.JsonSchema.builder()
                                        .name("part")
                                        .strict(true)
                                        .schema(schema)
                                        .build())
                        .build();

        var answer =
                openAi().chat()
                        .completions()
                        .create(chat(model, "Name a part.").responseFormat(format).build());

        String text = answer.choices().getFirst().message().content().orElseThrow();
        assertThat(json(text).get("volts").isIntegralNumber()).as(text).isTrue();
    }

    @Test
    void openais_sdk_names_errors() {
        var client = openAi();

        assertThatThrownBy(
                        () -> client.chat().completions().create(chat("no-such", SAYING).build()))
                .isInstanceOf(com.openai.errors.NotFoundException.class)
                .hasMessageContaining("SG-1203");

        house.provider("anthropic").fault(FaultKind.status(400));
        assertThatThrownBy(() -> client.chat().completions().create(chat(CLAUDE, SAYING).build()))
                .isInstanceOf(com.openai.errors.BadRequestException.class);
        assertThat(house.provider("anthropic").requestCount()).isEqualTo(1);
    }

    @Test
    void openais_sdk_obeys_where_trying_again_would_not_help() {
        house.provider("openai").fault(FaultKind.status(503));

        assertThatThrownBy(() -> openAi().chat().completions().create(chat(OPENAI, SAYING).build()))
                .isInstanceOf(com.openai.errors.InternalServerException.class);

        assertThat(house.provider("openai").requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void openais_sdk_hangs_up(String model) throws Exception {
        provider(model).fault(FaultKind.stallAfter(8));

        try (var stream =
                openAi().chat().completions().createStreaming(chat(model, "Talk").build())) {
            assertThat(stream.stream().findFirst()).isPresent();
        }

        hungUpOn(model);
    }

    // anthropic-java

    private static MessageCreateParams.Builder message(String model, String prompt) {
        return MessageCreateParams.builder().model(model).maxTokens(500).addUserMessage(prompt);
    }

    private static Message streamed(AnthropicClient client, MessageCreateParams asked) {
        var whole = MessageAccumulator.create();
        try (var stream = client.messages().createStreaming(asked)) {
            stream.stream().forEach(whole::accumulate);
        }
        return whole.message();
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void anthropics_sdk_chats_and_streams(String model) {
        var client = anthropic();

        var plain = client.messages().create(message(model, SAYING).build());
        var streamed = streamed(client, message(model, SAYING).build());

        for (Message one : List.of(plain, streamed)) {
            assertThat(one.content().getFirst().asText().text()).isEqualTo(SAID);
            assertThat(one.stopReason()).contains(StopReason.END_TURN);
            assertThat(one.usage().inputTokens()).isPositive();
            assertThat(one.usage().outputTokens()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void anthropics_sdk_calls_tools(String model) {
        var client = anthropic();
        var weather =
                com.anthropic.models.messages.Tool.builder()
                        .name("get_weather")
                        .description("The weather of a city")
                        .inputSchema(
                                com.anthropic.models.messages.Tool.InputSchema.builder()
                                        .properties(
                                                com.anthropic.models.messages.Tool.InputSchema
                                                        .Properties.builder()
                                                        .putAdditionalProperty(
                                                                "city",
                                                                com.anthropic.core.JsonValue.from(
                                                                        Map.of("type", "string")))
                                                        .build())
                                        .required(List.of("city"))
                                        .build())
                        .build();

        for (boolean stream : List.of(false, true)) {
            var asked = message(model, CITIES).addTool(weather).build();
            var answer = stream ? streamed(client, asked) : client.messages().create(asked);
            assertThat(answer.stopReason()).contains(StopReason.TOOL_USE);
            var calls =
                    answer.content().stream().flatMap(block -> block.toolUse().stream()).toList();
            assertThat(calls)
                    .extracting(call -> call._input().convert(Map.class))
                    .containsExactly(Map.of("city", "Pune"), Map.of("city", "Goa"));
            List<ContentBlockParam> results =
                    calls.stream()
                            .map(call ->
                                    ToolResultBlockParam.builder()
                                            .toolUseId(call.id())
                                            .content(TOLD)
                                            .build())
                            .map(ContentBlockParam::ofToolResult)
                            .toList();
            var then =
                    client.messages()
                            .create(
                                    message(model, CITIES)
                                            .addTool(weather)
                                            .addMessage(answer)
                                            .addUserMessage(
                                                    MessageContentParam.ofContentBlockParams(
                                                            results))
                                            .build());
            assertThat(then.content().getFirst().asText().text()).contains(TOLD);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void anthropics_sdk_gets_structured_answers(String model) {
        var schema =
                JsonOutputFormat.Schema.builder()
                        .putAdditionalProperty("type", com.anthropic.core.JsonValue.from("object"))
                        .putAdditionalProperty(
                                "properties",
                                com.anthropic.core.JsonValue.from(
                                        Map.of("volts", Map.of("type", "integer"))))
                        .putAdditionalProperty(
                                "required", com.anthropic.core.JsonValue.from(List.of("volts")))
                        .putAdditionalProperty(
                                "additionalProperties", com.anthropic.core.JsonValue.from(false))
                        .build();
        var format = JsonOutputFormat.builder().schema(schema).build();

        var answer =
                anthropic()
                        .messages()
                        .create(
                                message(model, "Name a part.")
                                        .outputConfig(OutputConfig.builder().format(format).build())
                                        .build());

        String text = answer.content().getFirst().asText().text();
        assertThat(json(text).get("volts").isIntegralNumber()).as(text).isTrue();
    }

    @Test
    void anthropics_sdk_names_errors_and_obeys_where_trying_again_would_not_help() {
        var client = anthropic();
        assertThatThrownBy(() -> client.messages().create(message("no-such", SAYING).build()))
                .isInstanceOf(com.anthropic.errors.NotFoundException.class)
                .hasMessageContaining("SG-1203");

        house.provider("openai").fault(FaultKind.status(503));
        assertThatThrownBy(() -> client.messages().create(message(OPENAI, SAYING).build()))
                .isInstanceOf(com.anthropic.errors.InternalServerException.class);
        assertThat(house.provider("openai").requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void anthropics_sdk_hangs_up(String model) throws Exception {
        provider(model).fault(FaultKind.stallAfter(8));

        try (var stream = anthropic().messages().createStreaming(message(model, "Talk").build())) {
            assertThat(stream.stream().findFirst()).isPresent();
        }

        hungUpOn(model);
    }

    // langchain4j

    private OpenAiChatModel langchain(String model) {
        return OpenAiChatModel.builder()
                .baseUrl(house.base())
                .apiKey("sk-of-no-importance")
                .modelName(model)
                .maxRetries(0)
                .strictJsonSchema(true)
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private CompletableFuture<ChatResponse> streamed(
            String model, ChatRequest asked, boolean hangUp) {
        var streaming =
                OpenAiStreamingChatModel.builder()
                        .baseUrl(house.base())
                        .apiKey("sk-of-no-importance")
                        .modelName(model)
                        .timeout(Duration.ofSeconds(20))
                        .build();
        var done = new CompletableFuture<ChatResponse>();
        streaming.chat(
                asked,
                new StreamingChatResponseHandler() {
                    @Override
                    public void onPartialResponse(
                            PartialResponse part, PartialResponseContext context) {
                        if (hangUp) {
                            context.streamingHandle().cancel();
                        }
                    }

                    @Override
                    public void onCompleteResponse(ChatResponse whole) {
                        done.complete(whole);
                    }

                    @Override
                    public void onError(Throwable error) {
                        done.completeExceptionally(error);
                    }
                });
        return done;
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void langchain4j_chats_and_streams(String model) throws Exception {
        var asked = ChatRequest.builder().messages(UserMessage.from(SAYING)).build();

        var plain = langchain(model).chat(asked);
        var streamed = streamed(model, asked, false).get(20, TimeUnit.SECONDS);

        for (ChatResponse one : List.of(plain, streamed)) {
            assertThat(one.aiMessage().text()).isEqualTo(SAID);
            assertThat(one.finishReason()).isEqualTo(FinishReason.STOP);
            assertThat(one.tokenUsage().totalTokenCount()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void langchain4j_calls_tools(String model) throws Exception {
        var weather =
                ToolSpecification.builder()
                        .name("get_weather")
                        .description("The weather of a city")
                        .parameters(
                                JsonObjectSchema.builder()
                                        .addStringProperty("city")
                                        .required("city")
                                        .build())
                        .build();
        var asked =
                ChatRequest.builder()
                        .messages(UserMessage.from(CITIES))
                        .toolSpecifications(weather)
                        .build();

        var plain = langchain(model).chat(asked);
        var streamed = streamed(model, asked, false).get(20, TimeUnit.SECONDS);

        for (ChatResponse one : List.of(plain, streamed)) {
            List<ToolExecutionRequest> calls = one.aiMessage().toolExecutionRequests();
            assertThat(calls)
                    .extracting(call -> json(call.arguments()).get("city").asString())
                    .containsExactly("Pune", "Goa");
            var then =
                    langchain(model)
                            .chat(
                                    ChatRequest.builder()
                                            .messages(
                                                    UserMessage.from(CITIES),
                                                    one.aiMessage(),
                                                    ToolExecutionResultMessage.from(
                                                            calls.get(0), TOLD),
                                                    ToolExecutionResultMessage.from(
                                                            calls.get(1), TOLD))
                                            .toolSpecifications(weather)
                                            .build());
            assertThat(then.aiMessage().text()).contains(TOLD);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void langchain4j_gets_structured_answers(String model) {
        var schema =
                JsonSchema.builder()
                        .name("part")
                        .rootElement(
                                JsonObjectSchema.builder()
                                        .addIntegerProperty("volts")
                                        .required("volts")
                                        .build())
                        .build();
        var format =
                ResponseFormat.builder().type(ResponseFormatType.JSON).jsonSchema(schema).build();

        var answer =
                langchain(model)
                        .chat(
                                ChatRequest.builder()
                                        .messages(UserMessage.from("Name a part."))
                                        .responseFormat(format)
                                        .build());

        assertThat(json(answer.aiMessage().text()).get("volts").isIntegralNumber()).isTrue();
    }

    @Test
    void langchain4j_names_errors() {
        assertThatThrownBy(() -> langchain("no-such").chat(SAYING))
                .isInstanceOf(dev.langchain4j.exception.ModelNotFoundException.class)
                .hasMessageContaining("SG-1203");

        house.provider("anthropic").fault(FaultKind.status(400));
        assertThatThrownBy(() -> langchain(CLAUDE).chat(SAYING))
                .isInstanceOf(dev.langchain4j.exception.InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, CLAUDE})
    void langchain4j_hangs_up(String model) throws Exception {
        provider(model).fault(FaultKind.stallAfter(8));

        var asked = ChatRequest.builder().messages(UserMessage.from("Talk")).build();
        CompletableFuture<ChatResponse> answer = streamed(model, asked, true);

        hungUpOn(model);
        assertThat(answer.isCompletedExceptionally()).isFalse();
    }
}
