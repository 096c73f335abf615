package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.simulator.fault.FaultKind;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients that say where one request may go, from outside.
final class SteeringTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final House HOUSE =
            House.open(
                    """
                    routes:
                      - match: { model: auto }
                        to: [ { provider: alpha, model: gpt-4o }, { provider: beta, model: gpt-4o }, { provider: gamma, model: gpt-4o } ]
                      - match: { model: lone }
                        to: [ { provider: alpha, model: gpt-4o } ]
                      - match: { model: other }
                        to: [ { provider: beta, model: gpt-4o-mini }, { provider: gamma, model: gpt-4o-mini } ]
                    aliases: { gpt4: auto, best: gpt4, direct: gamma/gpt-4o }
                    resilience: { breaker: { failures: 0, minimum-calls: 10000, window: 1h }, retry: { base: 1ms, cap: 1ms } }
                    """);

    @BeforeEach
    void clear() {
        for (String name : List.of("alpha", "beta", "gamma")) {
            HOUSE.provider(name).heal();
            HOUSE.provider(name).forgetRequests();
        }
    }

    @AfterAll
    static void close() {
        HOUSE.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "models":["other"]
                    "models":["lone","other"]
                    "fallbacks":["beta/gpt-4o-mini"]
                    "fallbacks":[{"model":"other"}]
                    "fallbacks":[{"provider":"beta","model":"gpt-4o-mini"}]
                    """)
    void another_model_is_tried_behind_the_one_that_fails(String field) {
        HOUSE.provider("alpha").fault(new FaultKind.Status(500));

        HttpResponse<String> answer = ask("lone", field);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "provider")).isEqualTo("beta");
        assertThat(header(answer, "model")).isEqualTo("gpt-4o-mini");
        assertThat(header(answer, "attempts")).isEqualTo("2");
        assertThat(HOUSE.provider("beta").requests().getFirst().body())
                .isEqualTo(
                        "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    }

    @Test
    void a_stream_falls_back_as_well() {
        HOUSE.provider("alpha").fault(new FaultKind.Status(500));

        HttpResponse<String> answer =
                HOUSE.post(
                        CHAT,
                        """
                        {"model":"lone","fallbacks":["other"],"stream":true,
                        "messages":[{"role":"user","content":"hi"}]}\
                        """);

        assertThat(header(answer, "provider")).isEqualTo("beta");
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages,'\"max_tokens\":9'",
        "/v1/responses,'\"input\":\"hi\"'",
        "/api/llm/chat,'\"maxTokens\":9'"
    })
    void every_door_with_the_model_in_the_body_does_the_same(String path, String field) {
        HOUSE.provider("alpha").fault(new FaultKind.Status(500));
        String messages =
                path.endsWith("responses")
                        ? ""
                        : ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

        HttpResponse<String> answer =
                HOUSE.post(
                        path,
                        "{\"model\":\"lone\",\"fallbacks\":[\"other\"]," + field + messages + "}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(header(answer, "provider")).isEqualTo("beta");
        assertThat(answer.headers().firstValue("x-switchgear-dropped"))
                .as("what we acted on was not dropped")
                .isEmpty();
        assertThat(HOUSE.provider("beta").requests().getFirst().body()).doesNotContain("fallbacks");
    }

    @Test
    void every_fallback_gets_its_turn_even_beyond_the_usual_attempts() {
        HOUSE.provider("alpha").fault(new FaultKind.Status(500));
        HOUSE.provider("beta").fault(new FaultKind.Status(500));

        HttpResponse<String> answer =
                ask(
                        "alpha/a",
                        "\"fallbacks\":[\"alpha/b\",\"alpha/c\",\"beta/d\",\"gamma/gpt-4o\"]");

        assertThat(header(answer, "provider")).isEqualTo("gamma");
        assertThat(header(answer, "attempts")).isEqualTo("5");
    }

    @Test
    void models_may_stand_for_a_missing_model() {
        HttpResponse<String> answer =
                HOUSE.post(
                        CHAT,
                        """
                        {"models":["other","auto"],"messages":[{"role":"user","content":"hi"}]}\
                        """);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(HOUSE.provider("beta").requests().getFirst().body())
                .startsWith("{\"model\":\"gpt-4o-mini\",\"messages\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"order":["gamma","beta"]}                          | gamma
                    {"order":["beta"],"allow_fallbacks":true}           | beta
                    {"only":["beta"]}                                   | beta
                    {"ignore":["alpha"]}                                | beta
                    {"only":["beta","gamma"],"order":["gamma"]}         | gamma
                    {"sort":"price"}                                    | alpha
                    """)
    void providers_are_chosen_as_the_body_says(String provider, String expected) {
        HttpResponse<String> answer = ask("auto", "\"provider\":" + provider);

        assertThat(header(answer, "provider")).isEqualTo(expected);
        assertThat(HOUSE.provider(expected).requests().getFirst().body())
                .isEqualTo(House.plain("gpt-4o"));
    }

    @Test
    void the_next_in_order_takes_over() {
        HOUSE.provider("gamma").fault(new FaultKind.Status(500));
        HOUSE.provider("beta").fault(new FaultKind.Status(500));

        HttpResponse<String> answer = ask("auto", "\"provider\":{\"order\":[\"gamma\",\"beta\"]}");

        assertThat(header(answer, "provider")).as("and then the others").isEqualTo("alpha");
        assertThat(header(answer, "attempts")).isEqualTo("3");
    }

    @Test
    void without_fallbacks_nobody_but_those_in_order_is_asked() {
        HOUSE.provider("gamma").fault(new FaultKind.Status(500));
        HOUSE.provider("beta").fault(new FaultKind.Status(500));

        HttpResponse<String> answer =
                ask(
                        "auto",
                        "\"provider\":{\"order\":[\"gamma\",\"beta\"],\"allow_fallbacks\":false}");

        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
        assertThat(HOUSE.provider("alpha").requests()).isEmpty();
    }

    @Test
    void without_fallbacks_and_order_only_the_first_is_asked_and_once() {
        HOUSE.provider("alpha").fault(new FaultKind.Status(500));

        HttpResponse<String> answer = HOUSE.chat("auto", "x-switchgear-allow-fallbacks", "false");

        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
        assertThat(HOUSE.provider("alpha").requests()).hasSize(1);
        assertThat(HOUSE.provider("beta").requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    x-switchgear-order     | gamma, beta | gamma
                    x-switchgear-only      | beta        | beta
                    x-switchgear-ignore    | alpha,beta  | gamma
                    """)
    void headers_say_the_same(String name, String value, String expected) {
        assertThat(header(HOUSE.chat("auto", name, value), "provider")).isEqualTo(expected);
    }

    @Test
    void fallbacks_in_a_header_count_before_those_in_the_body() {
        HOUSE.provider("alpha").fault(new FaultKind.Status(500));

        HttpResponse<String> answer =
                HOUSE.post(
                        CHAT,
                        """
                        {"model":"lone","models":["other"],"messages":[{"role":"user","content":"hi"}]}\
                        """,
                        "x-switchgear-fallbacks",
                        "gamma/gpt-4o");

        assertThat(header(answer, "provider")).isEqualTo("gamma");
    }

    @Test
    void what_nobody_here_acts_on_is_told() {
        HttpResponse<String> answer =
                ask(
                        "auto",
                        "\"provider\":{\"only\":[\"beta\"],\"max_price\":{\"prompt\":1},"
                                + "\"data_collection\":\"deny\",\"sort\":\"throughput\"}");

        assertThat(header(answer, "dropped"))
                .isEqualTo(
                        "provider.max_price, provider.data_collection, provider.sort: throughput");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    auto | "provider":{"order":["DeepInfra","Together"],"quantizations":["fp8"]}
                    auto | "models":["somebody/else","and/another"]
                    auto | "fallbacks":["nobody-has-this"]
                    lone | "provider":{"sort":"price"}
                    auto | "models":null
                    """)
    void a_field_that_names_nothing_of_ours_goes_along_untouched(String model, String field) {
        HttpResponse<String> answer = ask(model, field);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-switchgear-dropped")).isEmpty();
        assertThat(HOUSE.provider("alpha").requests().getFirst().body())
                .isEqualTo(body("gpt-4o", field));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "provider":{"only":["beta","gama"]}   | provider.only | gamma
                    "models":["other","lon"]              | models        | lone
                    "fallbacks":["alpha/x","autoo"]       | fallbacks     | auto
                    """)
    void an_unknown_name_beside_known_ones_is_refused_with_the_nearest(
            String field, String param, String nearest) {
        HttpResponse<String> answer = ask("auto", field);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("\"param\":\"" + param + "\"")
                .contains("Did you mean `" + nearest + "`?")
                .contains("SG-1416");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    x-switchgear-order           | nobody
                    x-switchgear-only            | alpha; beta
                    x-switchgear-ignore          | zeta
                    x-switchgear-fallbacks       | zeta-9
                    x-switchgear-allow-fallbacks | no
                    """)
    void a_header_with_an_unknown_name_is_refused(String name, String value) {
        HttpResponse<String> answer = HOUSE.chat("auto", name, value);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"param\":\"" + name + "\"", "SG-1416");
    }

    @Test
    void wishes_that_leave_nobody_are_refused_and_say_who_there_is() {
        HttpResponse<String> answer = ask("lone", "\"provider\":{\"only\":[\"beta\"]}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("leave nobody", "Without them: alpha");
    }

    @Test
    void the_wrong_type_is_named() {
        HttpResponse<String> answer = ask("auto", "\"provider\":{\"only\":\"beta\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"param\":\"provider.only\"");
    }

    @Test
    void the_retry_budget_is_that_of_all_requests_that_say_the_same() {
        HOUSE.provider("alpha").fault(new FaultKind.Status(500));

        for (int i = 0; i < 40; i++) {
            ask("lone", "\"provider\":{\"only\":[\"alpha\"],\"ignore\":[\"beta\"]}");
        }

        assertThat(HOUSE.provider("alpha").requests())
                .as("a burst of 10 retries, a tenth, and 3 a second")
                .hasSizeLessThan(40 + 40);
    }

    @ParameterizedTest
    @CsvSource({"gpt4,alpha", "best,alpha", "direct,gamma"})
    void an_alias_stands_for_a_model(String alias, String provider) {
        HttpResponse<String> answer = HOUSE.chat(alias);

        assertThat(header(answer, "provider")).isEqualTo(provider);
        assertThat(header(answer, "model")).isEqualTo("gpt-4o");
        assertThat(HOUSE.get("/v1/models").body()).contains("\"id\":\"" + alias + "\"");
        assertThat(HOUSE.get("/v1/models/" + alias).statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> ask(String model, String field) {
        return HOUSE.post(CHAT, body(model, field));
    }

    private static String body(String model, String field) {
        return "{\"model\":\"%s\",%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .formatted(model, field);
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers()
                .firstValue("x-switchgear-" + name)
                .orElseGet(() -> answer.statusCode() + " " + answer.body());
    }
}
