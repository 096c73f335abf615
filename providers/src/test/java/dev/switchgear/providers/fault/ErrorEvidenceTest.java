package dev.switchgear.providers.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.providers.anthropic.AnthropicProvider;
import dev.switchgear.providers.deepseek.DeepSeekProvider;
import dev.switchgear.providers.gemini.GeminiProvider;
import dev.switchgear.providers.mistral.MistralProvider;
import dev.switchgear.providers.ollama.OllamaProvider;
import dev.switchgear.providers.openai.OpenAiProvider;
import dev.switchgear.providers.openrouter.OpenRouterProvider;
import dev.switchgear.providers.xai.XAiProvider;
import dev.switchgear.walls.RecordedFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Every provider's table against the rule that one request's fault is nobody else's: with bodies that
/// say nothing, with bodies that speak of the request, and with bodies for each of its rows.
final class ErrorEvidenceTest {
    private static final Map<String, ErrorTable> TABLES = new LinkedHashMap<>();

    static {
        TABLES.put("openai", OpenAiProvider.ERRORS);
        TABLES.put("anthropic", AnthropicProvider.ERRORS);
        TABLES.put("gemini", GeminiProvider.ERRORS);
        TABLES.put("ollama", OllamaProvider.ERRORS);
        TABLES.put("deepseek", DeepSeekProvider.ERRORS);
        TABLES.put("openrouter", OpenRouterProvider.ERRORS);
        TABLES.put("xai", XAiProvider.ERRORS);
        TABLES.put("mistral", MistralProvider.ERRORS);
    }

    private static final List<String> SAYING_NOTHING =
            List.of(
                    "",
                    "{}",
                    "null",
                    "[]",
                    "<html><head><title>Error</title></head><body>no</body></html>",
                    "upstream said no",
                    "{\"error\":{\"message\":\"no\"}}",
                    "{\"error\":\"no\"}",
                    "{\"message\":\"no\"}",
                    "{\"detail\":\"no\"}",
                    "{\"error\":{\"message\":\"Not Found\",\"type\":\"not_found_error\"}}",
                    "{\"type\":\"error\",\"error\":{\"type\":\"permission_error\",\"message\":\"m\"}}",
                    "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"m\"}}",
                    "{\"error\":{\"message\":\"Forbidden\",\"status\":\"PERMISSION_DENIED\"}}",
                    "{\"error\":{\"message\":\"m\",\"status\":\"NOT_FOUND\"}}",
                    "{\"error\":{\"message\":\"Payment Required\"}}",
                    "{\"error\":{\"message\":\"m\",\"status\":\"FAILED_PRECONDITION\"}}",
                    "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"code\":null}}");

    @ParameterizedTest
    @CsvSource({
        "400, REQUEST, RETURN",
        "402, REQUEST, FAIL_OVER",
        "403, REQUEST, FAIL_OVER",
        "404, REQUEST, FAIL_OVER",
        "409, REQUEST, RETURN",
        "413, REQUEST, RETURN",
        "422, REQUEST, RETURN",
        "401, KEY, FAIL_OVER",
        "429, SUBJECT, FAIL_OVER",
        "500, PROVIDER, RETRY",
        "502, PROVIDER, RETRY",
        "503, PROVIDER, RETRY",
        "529, PROVIDER, RETRY",
    })
    void a_body_that_says_nothing_leaves_what_only_the_status_can_mean(
            int status, Scope scope, Recovery recovery) {
        TABLES.forEach((provider, table) -> {
            for (String body : SAYING_NOTHING) {
                Fault fault = fault(table, status, body);

                assertThat(fault.scope()).as("%s %s %s", provider, status, body).isEqualTo(scope);
                assertThat(fault.recovery())
                        .as("%s %s %s", provider, status, body)
                        .isEqualTo(recovery);
                if (status == 503 || status == 529) {
                    assertThat(fault.cause())
                            .as("%s %s %s", provider, status, body)
                            .isEqualTo(Cause.OVERLOADED);
                }
                if (scope == Scope.REQUEST) {
                    assertThat(fault.cause()).isEqualTo(Cause.INVALID_REQUEST);
                    assertThat(fault.retryAfter()).isZero();
                }
            }
        });
    }

    /// Whatever its status, a body that says it is about an item, a file, a feature, the size or the
    /// words of this request is about nobody else.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    404 | {"error":{"message":"Item with id 'rs_1' not found. Items are not persisted when `store` is set to false.","type":"invalid_request_error","param":"input","code":null}} | RETURN
                    404 | {"error":{"message":"Response with id 'resp_1' not found.","type":"invalid_request_error"}} | RETURN
                    404 | {"error":{"message":"Conversation with id 'conv_1' not found.","type":"invalid_request_error"}} | RETURN
                    404 | {"error":{"message":"No such File object: file-1","type":"invalid_request_error"}} | FAIL_OVER
                    404 | {"type":"error","error":{"type":"not_found_error","message":"File not found: file_gone"}} | RETURN
                    404 | {"error":{"message":"Container 'cntr_1' not found","type":"invalid_request_error"}} | RETURN
                    404 | {"error":{"message":"Container is expired.","type":"invalid_request_error"}} | RETURN
                    403 | {"error":{"code":403,"message":"You do not have permission to access the File abc or it may not exist.","status":"PERMISSION_DENIED"}} | RETURN
                    403 | {"error":{"code":403,"message":"CachedContent not found (or permission denied)","status":"PERMISSION_DENIED"}} | RETURN
                    404 | {"error":{"code":404,"message":"Cached content is too old or not found","status":"NOT_FOUND"}} | RETURN
                    400 | {"error":{"code":400,"message":"The File abc is not in an ACTIVE state and usage is not allowed.","status":"FAILED_PRECONDITION"}} | RETURN
                    404 | {"error":{"message":"No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing","code":404}} | FAIL_OVER
                    404 | {"error":{"message":"No endpoints found that support image input","code":404}} | FAIL_OVER
                    404 | {"error":{"message":"No allowed providers are available for the selected model.","code":404}} | FAIL_OVER
                    404 | {"error":{"message":"No endpoints found matching your data policy (Free model publication).","code":404}} | FAIL_OVER
                    402 | {"error":{"message":"This request requires more credits, or fewer max_tokens. You requested up to 64000 tokens, but can only afford 30104.","code":402}} | FAIL_OVER
                    402 | {"error":{"message":"This request requires more credits, or fewer max_tokens. You requested up to 64000 tokens, but can only afford 30104.","code":402,"metadata":{"error_type":"payment_required"}}} | FAIL_OVER
                    429 | {"error":{"message":"Request too large for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Requested 54000. The input or output tokens must be reduced in order to run successfully.","type":"tokens","param":null,"code":"rate_limit_exceeded"}} | MORE_ROOM
                    413 | {"error":{"message":"Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 54000, please reduce your message size","type":"tokens","code":"rate_limit_exceeded"}} | MORE_ROOM
                    403 | {"error":{"message":"m","type":"permission_error"}} | FAIL_OVER
                    403 | {"type":"error","error":{"type":"permission_error","message":"Your API key does not have permission to use the specified resource."}} | FAIL_OVER
                    404 | {"error":{"message":"File Not Found","type":"not_found_error","code":404}} | FAIL_OVER
                    404 | 404 page not found | FAIL_OVER
                    409 | {"type":"error","error":{"type":"conflict_error","message":"m"}} | RETURN
                    409 | {"error":{"code":409,"message":"m","status":"ABORTED"}} | RETURN
                    404 | {"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}} | FAIL_OVER
                    501 | {"error":{"code":501,"message":"m","type":"not_supported_error"}} | FAIL_OVER
                    400 | {"error":{"message":"Unknown parameter: 'model_options'.","type":"invalid_request_error","code":"unknown_parameter"}} | RETURN
                    400 | {"error":{"message":"Invalid model parameter: temperature","type":"invalid_request_error"}} | RETURN
                    """)
    void what_speaks_of_the_request_is_nobody_else_s_fault(
            int status, String body, Recovery recovery) {
        TABLES.forEach((provider, table) -> {
            // Servers of Ollama and Anthropic have no 501 of this kind: theirs is the provider's.
            if (status == 501 && (provider.equals("ollama") || provider.equals("anthropic"))) {
                return;
            }
            Fault fault = fault(table, status, body);

            assertThat(fault.scope()).as("%s: %s", provider, fault).isEqualTo(Scope.REQUEST);
            assertThat(fault.recovery()).as("%s: %s", provider, fault).isEqualTo(recovery);
            assertThat(fault.cause().blame()).isEqualTo(Cause.Blame.REQUEST);
            assertThat(fault.retryAfter()).as("no wait helps").isZero();
        });
    }

    private static final String OTHERS =
            """
            * | 401 | {} | KEY_REJECTED | KEY
            * | 429 | {} | RATE_LIMITED | SUBJECT
            * | 400 | {"error":{"message":"Incorrect API key provided: x."}} | KEY_REJECTED | KEY
            * | 403 | {"error":{"message":"Your API key has been revoked."}} | KEY_REJECTED | KEY
            * | 402 | {"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}} | ACCOUNT_EXHAUSTED | ACCOUNT
            * | 402 | {"error":{"message":"Insufficient credits. Add more using https://openrouter.ai/settings/credits","code":402}} | ACCOUNT_EXHAUSTED | ACCOUNT
            * | 403 | {"error":{"message":"Your organization has been disabled."}} | FORBIDDEN | ACCOUNT
            * | 404 | {"error":{"message":"The model `x` does not exist or you do not have access to it."}} | SUBJECT_UNKNOWN | SUBJECT
            * | 404 | {"error":{"message":"The model `file-x` does not exist."}} | SUBJECT_UNKNOWN | SUBJECT
            * | 403 | {"error":{"message":"Project `p` does not have access to model `gpt-4`"}} | SUBJECT_UNKNOWN | SUBJECT
            * | 404 | {"error":{"code":404,"message":"models/x is not found for API version v1beta, or is not supported for generateContent.","status":"NOT_FOUND"}} | SUBJECT_UNKNOWN | SUBJECT
            * | 429 | {"error":{"message":"Organization-wide limit reached"}} | RATE_LIMITED | ACCOUNT
            openai | 400 | {"error":{"message":"m","code":"context_length_exceeded"}} | TOO_LARGE | REQUEST
            openai | 400 | {"error":{"message":"This model's maximum context length is 4096 tokens."}} | TOO_LARGE | REQUEST
            openai | 400 | {"error":{"message":"m","code":"content_policy_violation"}} | POLICY_REFUSED | REQUEST
            openai | 403 | {"error":{"message":"Blocked by the content filter"}} | POLICY_REFUSED | REQUEST
            openai | 500 | {"error":{"message":"The model produced invalid content.","type":"model_error"}} | ANSWER_FAILED | REQUEST
            openai | 429 | {"error":{"message":"m","code":"insufficient_quota"}} | ACCOUNT_EXHAUSTED | ACCOUNT
            openai | 200 | {"error":{"message":"m","code":"invalid_api_key"}} | KEY_REJECTED | KEY
            openai | 403 | {"error":{"message":"m","code":"model_not_found"}} | SUBJECT_UNKNOWN | SUBJECT
            openai | 403 | {"error":{"message":"m","code":"unsupported_country_region_territory"}} | FORBIDDEN | PROVIDER
            openai | 503 | {"error":{"message":"m","code":"server_is_overloaded"}} | OVERLOADED | PROVIDER
            openai | 200 | {"error":{"message":"m","code":"rate_limit_exceeded"}} | RATE_LIMITED | SUBJECT
            openai | 503 | {} | OVERLOADED | PROVIDER
            openai | 501 | {} | INVALID_REQUEST | REQUEST
            openai | 408 | {} | SERVER_ERROR | PROVIDER
            openai | 200 | {"error":{"message":"m","type":"invalid_request_error"}} | INVALID_REQUEST | REQUEST
            openai | 200 | {"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"context_length_exceeded","message":"m"}}} | TOO_LARGE | REQUEST
            openai | 200 | {"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"rate_limit_exceeded","message":"m"}}} | RATE_LIMITED | SUBJECT
            openai | 200 | {"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"m"}}} | SERVER_ERROR | PROVIDER
            openai | 200 | {"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"invalid_image_url","message":"m"}}} | INVALID_REQUEST | REQUEST
            openai | 200 | {"choices":[{"index":0,"finish_reason":"error","error":{"code":429,"message":"m"}}]} | RATE_LIMITED | SUBJECT
            anthropic | 400 | {"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 3333404 tokens > 200000 maximum"}} | TOO_LARGE | REQUEST
            anthropic | 400 | {"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}} | ACCOUNT_EXHAUSTED | ACCOUNT
            anthropic | 402 | {"type":"error","error":{"type":"billing_error","message":"m"}} | ACCOUNT_EXHAUSTED | ACCOUNT
            anthropic | 429 | {"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}} | ACCOUNT_EXHAUSTED | ACCOUNT
            anthropic | 429 | {"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your organization's rate limit of 30,000 input tokens per minute (model: claude-opus-4-5)"}} | RATE_LIMITED | SUBJECT
            anthropic | 200 | {"type":"error","error":{"type":"authentication_error","message":"m"}} | KEY_REJECTED | KEY
            anthropic | 404 | {"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}} | SUBJECT_UNKNOWN | SUBJECT
            anthropic | 403 | {"type":"error","error":{"type":"permission_error","message":"OAuth authentication is currently not allowed for this organization."}} | FORBIDDEN | KEY
            anthropic | 200 | {"type":"error","error":{"type":"rate_limit_error","message":"m"}} | RATE_LIMITED | SUBJECT
            anthropic | 529 | {"type":"error","error":{"type":"overloaded_error","message":"m"}} | OVERLOADED | PROVIDER
            anthropic | 529 | {} | OVERLOADED | PROVIDER
            anthropic | 504 | {} | SERVER_ERROR | PROVIDER
            anthropic | 200 | {"type":"error","error":{"type":"api_error","message":"m"}} | SERVER_ERROR | PROVIDER
            anthropic | 200 | {"type":"error","error":{"type":"not_found_error","message":"m"}} | INVALID_REQUEST | REQUEST
            anthropic | 200 | {"type":"error","error":{"type":"invalid_request_error","message":"m"}} | INVALID_REQUEST | REQUEST
            gemini | 400 | {"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}} | KEY_REJECTED | KEY
            gemini | 403 | {"error":{"code":403,"message":"Your API key was reported as leaked. Please use another API key.","status":"PERMISSION_DENIED"}} | KEY_REJECTED | KEY
            gemini | 403 | {"error":{"code":403,"message":"m","status":"PERMISSION_DENIED","details":[{"reason":"SERVICE_DISABLED"}]}} | FORBIDDEN | KEY
            gemini | 403 | {"error":{"code":403,"message":"m","status":"PERMISSION_DENIED","details":[{"reason":"BILLING_DISABLED"}]}} | ACCOUNT_EXHAUSTED | ACCOUNT
            gemini | 400 | {"error":{"code":400,"message":"The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}} | TOO_LARGE | REQUEST
            gemini | 400 | {"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}} | FORBIDDEN | PROVIDER
            gemini | 400 | {"error":{"code":400,"message":"Gemini API free tier is not available in your country. Please enable billing on your project.","status":"FAILED_PRECONDITION"}} | ACCOUNT_EXHAUSTED | ACCOUNT
            gemini | 429 | {"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}]}} | ACCOUNT_EXHAUSTED | SUBJECT
            gemini | 429 | {"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateContentPaidTierInputTokensPerModelPerMinute","quotaValue":"250000"}]}]}} | RATE_LIMITED | SUBJECT
            gemini | 429 | {"error":{"code":429,"message":"Your prepayment credits are depleted.","status":"RESOURCE_EXHAUSTED"}} | ACCOUNT_EXHAUSTED | ACCOUNT
            gemini | 200 | {"error":{"message":"m","status":"RESOURCE_EXHAUSTED"}} | RATE_LIMITED | SUBJECT
            gemini | 503 | {"error":{"code":503,"message":"m","status":"UNAVAILABLE"}} | OVERLOADED | PROVIDER
            gemini | 503 | {} | OVERLOADED | PROVIDER
            gemini | 501 | {} | INVALID_REQUEST | REQUEST
            gemini | 499 | {} | SERVER_ERROR | PROVIDER
            gemini | 200 | {"error":{"message":"m","status":"NOT_FOUND"}} | INVALID_REQUEST | REQUEST
            gemini | 200 | {"error":{"message":"m","status":"INVALID_ARGUMENT"}} | INVALID_REQUEST | REQUEST
            ollama | 404 | {"error":"model 'x' not found"} | SUBJECT_UNKNOWN | SUBJECT
            ollama | 400 | {"error":"prompt length exceeds the available context size"} | TOO_LARGE | REQUEST
            ollama | 400 | {"error":"\\"x\\" does not support tools"} | INVALID_REQUEST | REQUEST
            ollama | 429 | {"error":"you've reached your hourly usage limit, please upgrade to continue"} | ACCOUNT_EXHAUSTED | ACCOUNT
            ollama | 500 | {"error":"model requires more system memory (9 GiB) than is available (4 GiB)"} | SERVER_ERROR | SUBJECT
            ollama | 503 | {"error":"server busy, please try again.  maximum pending requests exceeded"} | OVERLOADED | PROVIDER
            ollama | 200 | {"error":"server busy, please try again."} | OVERLOADED | PROVIDER
            deepseek | 400 | {"error":{"message":"Model Not Exist","type":"invalid_request_error","code":"invalid_request_error"}} | SUBJECT_UNKNOWN | SUBJECT
            mistral | 400 | {"object":"error","message":"Invalid model: x","type":"invalid_model","code":"1500"} | SUBJECT_UNKNOWN | SUBJECT
            mistral | 429 | {"object":"error","message":"Service tier capacity exceeded for this model.","type":"service_tier_capacity_exceeded","code":"3505"} | OVERLOADED | SUBJECT
            xai | 400 | {"code":"invalid-argument","error":"Incorrect API key provided. You can obtain an API key from https://console.x.ai."} | KEY_REJECTED | KEY
            xai | 429 | {"code":"x","error":"Your team doesn't have any credits or has reached its spending limit."} | ACCOUNT_EXHAUSTED | ACCOUNT
            xai | 403 | {"code":"permission-denied","error":"Content violates usage guidelines"} | POLICY_REFUSED | REQUEST
            xai | 400 | {"code":"x","error":"Model not found: x"} | SUBJECT_UNKNOWN | SUBJECT
            openrouter | 400 | {"error":{"code":400,"message":"m","metadata":{"error_type":"max_tokens_exceeded"}}} | TOO_LARGE | REQUEST
            openrouter | 400 | {"error":{"code":400,"message":"m","metadata":{"error_type":"refusal"}}} | POLICY_REFUSED | REQUEST
            openrouter | 400 | {"error":{"code":400,"message":"m","metadata":{"error_type":"authentication"}}} | KEY_REJECTED | KEY
            openrouter | 404 | {"error":{"code":404,"message":"m","availability":{"code":"model_deprecated","retryable":false}}} | SUBJECT_UNKNOWN | SUBJECT
            openrouter | 404 | {"error":{"code":404,"message":"No endpoints found for deepseek/deepseek-r1:free"}} | SUBJECT_UNKNOWN | SUBJECT
            openrouter | 503 | {"error":{"code":503,"message":"There is no available model provider that meets your routing requirements"}} | INVALID_REQUEST | REQUEST
            openrouter | 503 | {"error":{"code":503,"message":"m","metadata":{"error_type":"provider_overloaded"}}} | OVERLOADED | SUBJECT
            openrouter | 403 | {"error":{"code":403,"message":"Your input was flagged"}} | POLICY_REFUSED | REQUEST
            openrouter | 403 | {"error":{"code":403,"message":"Key limit exceeded (total limit)."}} | ACCOUNT_EXHAUSTED | KEY
            openrouter | 429 | {"error":{"code":429,"message":"Provider returned error","metadata":{"provider_name":"Google","raw":"x is temporarily rate-limited upstream."}}} | RATE_LIMITED | SUBJECT
            * | 402 | {"error":{"message":"but can only afford 3"}} | INVALID_REQUEST | REQUEST
            * | 429 | {"error":{"message":"Request too large for x"}} | TOO_LARGE | REQUEST
            * | 404 | {"error":{"message":"Item 'x' not found"}} | INVALID_REQUEST | REQUEST
            """;

    private record Row(String provider, int status, String body, Cause cause, Scope scope) {
        static List<Row> all() {
            return OTHERS.lines()
                    .map(line -> line.split(" \\| "))
                    .map(cells ->
                            new Row(
                                    cells[0],
                                    Integer.parseInt(cells[1]),
                                    cells[2],
                                    Cause.valueOf(cells[3]),
                                    Scope.valueOf(cells[4])))
                    .toList();
        }
    }

    @Test
    void what_speaks_of_a_model_a_key_or_an_account_is_held_against_it() {
        for (Row row : Row.all()) {
            TABLES.forEach((provider, table) -> {
                if (row.provider().equals("*") || row.provider().equals(provider)) {
                    Fault fault = fault(table, row.status(), row.body());

                    assertThat(fault.cause()).as("%s %s", provider, row).isEqualTo(row.cause());
                    assertThat(fault.scope()).as("%s %s", provider, row).isEqualTo(row.scope());
                }
            });
        }
    }

    @Test
    void each_rule_of_each_table_is_tried_with_a_body_of_its_own() {
        var untried = new ArrayList<String>();
        // Tables that begin with OpenAI's are tried with its rows too.
        Set<ErrorRule> tried = new HashSet<>();
        for (Row row : Row.all()) {
            TABLES.values().forEach(table -> rule(table, row).ifPresent(tried::add));
        }
        TABLES.forEach((provider, table) -> {
            for (ErrorRule rule : table.rules()) {
                if (!tried.contains(rule) && !repeatsAnEarlierOne(table, rule)) {
                    untried.add(provider + " " + rule);
                }
            }
        });

        assertThat(untried).isEmpty();
    }

    /// Rules that a provider puts before the common ones can make one of these needless there.
    private static boolean repeatsAnEarlierOne(ErrorTable table, ErrorRule rule) {
        return table.rules().indexOf(rule) != table.rules().lastIndexOf(rule);
    }

    private static Optional<ErrorRule> rule(ErrorTable table, Row row) {
        return table.rule(reply(row.status(), row.body()));
    }

    /// What each recorded error must come to; everything that is not listed would be a surprise.
    @Test
    void recorded_errors_speak_of_what_they_are_about() throws IOException {
        var entries = new ArrayList<JsonNode>();
        for (Path index : RecordedFolders.indexes()) {
            entries.addAll(Json.read(Files.readString(index)).values());
        }
        int seen = 0;

        for (JsonNode entry : entries) {
            int status = entry.path("status").asInt(0);
            String provider = entry.path("provider").asString("");
            ErrorTable table = TABLES.getOrDefault(provider, OpenAiProvider.ERRORS);
            if (status < 400) {
                continue;
            }
            seen++;
            String body =
                    Files.readString(RecordedFolders.file(entry.path("response").asString("")));
            Fault fault = fault(table, status, body);
            Scope expected =
                    status == 401 || body.contains("API key")
                            ? Scope.KEY
                            : status == 429 || body.contains("does not exist")
                                    ? Scope.SUBJECT
                                    : Scope.REQUEST;
            assertThat(fault.scope()).as("%s: %s", provider, body).isEqualTo(expected);
        }

        assertThat(seen).isGreaterThan(RecordedFolders.areReal() ? 10 : 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 402, 403, 404, 409, 413, 422})
    void a_rule_that_holds_a_bare_status_against_others_is_refused(int status) {
        for (Scope scope : List.of(Scope.KEY, Scope.SUBJECT, Scope.ACCOUNT, Scope.PROVIDER)) {
            assertThatThrownBy(() ->
                            ErrorRule.status(status, Cause.FORBIDDEN, scope, Recovery.FAIL_OVER))
                    .as("%s %s", status, scope)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_rule_must_have_the_evidence_that_it_names() {
        for (Evidence evidence : Evidence.values()) {
            Optional<Pattern> text =
                    evidence == Evidence.WORDS
                            ? Optional.empty()
                            : Optional.of(Pattern.compile("a"));
            assertThatThrownBy(() ->
                            new ErrorRule(
                                    Set.of(401),
                                    Set.of(),
                                    text,
                                    evidence,
                                    Cause.KEY_REJECTED,
                                    Scope.KEY,
                                    Recovery.FAIL_OVER,
                                    false))
                    .as(evidence.toString())
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String name : List.of("not_found_error", "permission_error", "failed_precondition")) {
            assertThatThrownBy(() ->
                            ErrorRule.named(
                                    Set.of(),
                                    Set.of(name),
                                    Cause.FORBIDDEN,
                                    Scope.KEY,
                                    Recovery.FAIL_OVER))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Fault fault(ErrorTable table, int status, String body) {
        ErrorReply reply = reply(status, body);
        return table.fault(reply, Duration.ofDays(1), reply.line());
    }

    private static ErrorReply reply(int status, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return ErrorReply.read(status, bytes, 0, bytes.length);
    }
}
