package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What clients of Responses leave with the gateway, as they ask for it.
class KeptFromOutsideTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ClientKey ANN = ClientKey.generate(new Random(1));
    private static final ClientKey BOB = ClientKey.generate(new Random(2));

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house =
                ScriptedHouse.open(
                        "clients: [ { name: ann, key-hash: \"%s\" }, { name: bob, key-hash: \"%s\" } ]\n"
                                .formatted(stored(ANN), stored(BOB)));
    }

    private static String stored(ClientKey key) {
        return key.stored(Secret.of(House.PEPPER)).text();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static String[] by(ClientKey who) {
        return new String[] {"authorization", "Bearer " + who.reveal()};
    }

    private static JsonNode ask(ClientKey who, int status, String path, String body) {
        HttpResponse<String> answer = house.post(path, body, by(who));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private static JsonNode get(ClientKey who, int status, String path) {
        HttpResponse<String> answer = house.get(path, by(who));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private static JsonNode delete(ClientKey who, int status, String path) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + house.port() + path))
                        .headers(by(who))
                        .DELETE()
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            return JSON.readTree(answer.body());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String create(ClientKey who, String more) {
        return ask(who, 200, "/v1/responses", "{\"model\":\"claude/m\"," + more + "}")
                .get("id")
                .asString();
    }

    private static String code(JsonNode answer) {
        return answer.get("error").get("code").asString();
    }

    private static List<String> ids(JsonNode page) {
        var ids = new ArrayList<String>();
        page.get("data").forEach(item -> ids.add(item.get("id").asString()));
        return ids;
    }

    @Test
    void an_answer_can_be_asked_for_again() {
        JsonNode made =
                ask(
                        ANN,
                        200,
                        "/v1/responses",
                        "{\"model\":\"claude/m\",\"input\":\"hi\",\"instructions\":\"be kind\","
                                + "\"metadata\":{\"a\":\"b\"}}");

        assertThat(get(ANN, 200, "/v1/responses/" + made.get("id").asString())).isEqualTo(made);
        assertThat(made.get("store").asBoolean()).isTrue();
        assertThat(made.get("metadata").get("a").asString()).isEqualTo("b");
        assertThat(made.get("instructions").asString()).isEqualTo("be kind");
        assertThat(made.get("previous_response_id").isNull()).isTrue();

        JsonNode next =
                ask(
                        ANN,
                        200,
                        "/v1/responses",
                        "{\"model\":\"claude/m\",\"input\":\"and\",\"previous_response_id\":\"%s\"}"
                                .formatted(made.get("id").asString()));

        assertThat(next.get("previous_response_id")).isEqualTo(made.get("id"));
        assertThat(next.get("instructions").isNull()).as("they do not carry over").isTrue();
        assertThat(get(ANN, 200, "/v1/responses/" + next.get("id").asString())).isEqualTo(next);
    }

    @Test
    void two_requests_of_one_name_get_answers_of_two() {
        var headers = new ArrayList<>(List.of(by(ANN)));
        headers.addAll(List.of("x-request-id", "the-same"));
        String body = "{\"model\":\"claude/m\",\"input\":\"hi\"}";

        String[] named = headers.toArray(String[]::new);
        JsonNode one = JSON.readTree(house.post("/v1/responses", body, named).body());
        JsonNode other = JSON.readTree(house.post("/v1/responses", body, named).body());

        assertThat(one.get("id")).isNotEqualTo(other.get("id"));
        assertThat(one.get("output").get(0).get("id"))
                .isNotEqualTo(other.get("output").get(0).get("id"));
    }

    /// Whatever of another client's one names, it is as if there were nothing.
    @Test
    void another_clients_things_are_not_there() {
        String answer = create(ANN, "\"input\":\"secret\"");
        String item =
                get(ANN, 200, "/v1/responses/" + answer).get("output").get(0).get("id").asString();
        String conversation = ask(ANN, 200, "/v1/conversations", "{}").get("id").asString();

        for (List<String> names :
                List.of(
                        List.of(answer, item, conversation),
                        List.of("resp_none", "msg_none", "conv_none"))) {
            String response = "/v1/responses/" + names.get(0);
            String talk = "/v1/conversations/" + names.get(2);
            for (JsonNode refused :
                    List.of(
                            get(BOB, 404, response),
                            get(BOB, 404, response + "/input_items"),
                            delete(BOB, 404, response),
                            get(BOB, 404, talk),
                            get(BOB, 404, talk + "/items"),
                            ask(BOB, 404, talk, "{\"metadata\":{}}"),
                            ask(
                                    BOB,
                                    404,
                                    talk + "/items",
                                    "{\"items\":[{\"role\":\"user\",\"content\":\"x\"}]}"),
                            delete(BOB, 404, talk))) {
                assertThat(refused.toString()).doesNotContain("secret");
                assertThat(code(refused)).endsWith("_not_found");
            }
            for (String refers :
                    List.of(
                            "\"input\":\"x\",\"previous_response_id\":\"" + names.get(0) + '"',
                            "\"input\":\"x\",\"conversation\":\"" + names.get(2) + '"',
                            "\"input\":[{\"id\":\"" + names.get(1) + "\"}]")) {
                int status = refers.contains("previous") ? 400 : 404;
                int before = house.received("claude").size();
                JsonNode refused =
                        ask(
                                BOB,
                                status,
                                "/v1/responses",
                                "{\"model\":\"claude/m\"," + refers + "}");
                assertThat(code(refused)).endsWith("_not_found");
                assertThat(house.received("claude")).hasSize(before);
            }
        }
        get(ANN, 200, "/v1/responses/" + answer);
        get(ANN, 200, "/v1/conversations/" + conversation);
    }

    @Test
    void what_was_deleted_is_gone_for_every_way_of_naming_it() {
        String first = create(ANN, "\"input\":\"one\"");
        String second = create(ANN, "\"input\":\"two\",\"previous_response_id\":\"" + first + '"');
        String item =
                get(ANN, 200, "/v1/responses/" + first).get("output").get(0).get("id").asString();

        JsonNode deleted = delete(ANN, 200, "/v1/responses/" + first);

        assertThat(deleted.toString())
                .isEqualTo("{\"id\":\"" + first + "\",\"object\":\"response\",\"deleted\":true}");
        get(ANN, 404, "/v1/responses/" + first);
        delete(ANN, 404, "/v1/responses/" + first);
        ask(
                ANN,
                404,
                "/v1/responses",
                "{\"model\":\"claude/m\",\"input\":[{\"id\":\"" + item + "\"}]}");
        JsonNode broken =
                ask(
                        ANN,
                        400,
                        "/v1/responses",
                        "{\"model\":\"claude/m\",\"input\":\"x\",\"previous_response_id\":\""
                                + second
                                + "\"}");
        assertThat(code(broken)).isEqualTo("previous_response_not_found");
        get(ANN, 200, "/v1/responses/" + second);
    }

    @Test
    void what_is_not_to_be_stored_is_not() {
        JsonNode made =
                ask(
                        ANN,
                        200,
                        "/v1/responses",
                        "{\"model\":\"claude/m\",\"input\":\"hi\",\"store\":false}");
        String id = made.get("id").asString();

        assertThat(made.get("store").asBoolean()).isFalse();
        get(ANN, 404, "/v1/responses/" + id);
        ask(
                ANN,
                400,
                "/v1/responses",
                "{\"model\":\"claude/m\",\"input\":\"x\",\"previous_response_id\":\"" + id + "\"}");
    }

    /// The requests that cannot be, and what they are told.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"previous_response_id\":\"resp_a\",\"conversation\":\"conv_a\" | mutually_exclusive_parameters",
                "\"previous_response_id\":7 | invalid_request_body",
                "\"previous_response_id\":\"\" | invalid_request_body",
                "\"conversation\":{\"id\":[]} | invalid_request_body",
                "\"previous_response_id\":\"resp_a\" | previous_response_not_found",
                "\"prompt\":{\"id\":\"pmpt_1\"} | invalid_request_body"
            })
    void what_cannot_be_is_refused_by_name(String line) {
        String[] parts = line.split(" \\| ", 2);

        JsonNode refused =
                ask(
                        ANN,
                        400,
                        "/v1/responses",
                        "{\"model\":\"claude/m\",\"input\":\"x\"," + parts[0] + "}");

        assertThat(code(refused)).isEqualTo(parts[1]);
        assertThat(refused.get("error").get("type").asString()).isEqualTo("invalid_request_error");
        assertThat(parts[0]).contains(refused.get("error").get("param").asString());
    }

    @Test
    void nothing_that_is_null_refers_to_anything() {
        create(ANN, "\"input\":\"x\",\"previous_response_id\":null,\"conversation\":null");
    }

    @Test
    void the_items_of_which_an_answer_was_made_are_listed_in_pages() {
        String first = create(ANN, "\"input\":\"one\"");
        String second =
                create(
                        ANN,
                        "\"input\":[{\"role\":\"user\",\"content\":\"two\"},"
                                + "{\"type\":\"message\",\"role\":\"user\",\"content\":"
                                + "[{\"type\":\"input_text\",\"text\":\"three\"}]}],"
                                + "\"previous_response_id\":\""
                                + first
                                + '"');
        String path = "/v1/responses/" + second + "/input_items";

        JsonNode all = get(ANN, 200, path + "?order=asc");

        assertThat(all.get("object").asString()).isEqualTo("list");
        assertThat(all.get("has_more").asBoolean()).isFalse();
        var texts = new ArrayList<String>();
        all.get("data")
                .forEach(item -> {
                    assertThat(item.get("type").asString()).isEqualTo("message");
                    texts.add(item.get("content").get(0).get("text").asString());
                });
        assertThat(texts).containsExactly("one", "ok", "two", "three");
        List<String> ids = ids(all);
        assertThat(ids).doesNotHaveDuplicates().isEqualTo(ids(get(ANN, 200, path + "?order=asc")));
        assertThat(ids(get(ANN, 200, path))).isEqualTo(ids.reversed());

        JsonNode page = get(ANN, 200, path + "?order=asc&limit=2&after=" + ids.get(0));
        assertThat(ids(page)).isEqualTo(ids.subList(1, 3));
        assertThat(page.get("first_id").asString()).isEqualTo(ids.get(1));
        assertThat(page.get("last_id").asString()).isEqualTo(ids.get(2));
        assertThat(page.get("has_more").asBoolean()).isTrue();

        for (String wrong : List.of("limit=0", "limit=101", "limit=x", "order=up", "after=none")) {
            assertThat(get(ANN, 400, path + '?' + wrong).toString())
                    .contains(wrong.substring(0, wrong.indexOf('=')));
        }
    }

    @Test
    void an_item_of_the_input_can_be_referred_to_by_the_name_it_is_listed_under() {
        String first = create(ANN, "\"input\":\"remember the pear\"");
        String item = ids(get(ANN, 200, "/v1/responses/" + first + "/input_items")).getFirst();

        create(ANN, "\"input\":[{\"type\":\"item_reference\",\"id\":\"" + item + "\"}]");

        assertThat(house.received("claude").getLast().body()).contains("remember the pear");
    }

    @Test
    void a_conversation_has_a_life_of_its_own() {
        JsonNode made =
                ask(
                        ANN,
                        200,
                        "/v1/conversations",
                        "{\"metadata\":{\"a\":\"b\"},\"items\":[{\"role\":\"user\",\"content\":\"apples\"}]}");
        String id = made.get("id").asString();
        String path = "/v1/conversations/" + id;
        assertThat(id).startsWith("conv_");
        assertThat(made.get("object").asString()).isEqualTo("conversation");
        assertThat(made.get("created_at").isIntegralNumber()).isTrue();
        assertThat(get(ANN, 200, path)).isEqualTo(made);

        assertThat(ask(ANN, 200, path, "{\"metadata\":{\"c\":\"d\"}}").get("metadata").toString())
                .isEqualTo("{\"c\":\"d\"}");
        JsonNode added =
                ask(
                        ANN,
                        200,
                        path + "/items",
                        "{\"items\":[{\"role\":\"user\",\"content\":\"pears\"},"
                                + "{\"role\":\"assistant\",\"content\":\"noted\"}]}");
        assertThat(added.get("data").size()).isEqualTo(2);

        String answer = create(ANN, "\"input\":\"plums\",\"conversation\":{\"id\":\"" + id + "\"}");

        assertThat(house.received("claude").getLast().body())
                .containsSubsequence("apples", "pears", "noted", "plums");
        assertThat(
                        get(ANN, 200, "/v1/responses/" + answer)
                                .get("conversation")
                                .get("id")
                                .asString())
                .isEqualTo(id);
        List<String> items = ids(get(ANN, 200, path + "/items?order=asc"));
        assertThat(items).hasSize(5).doesNotHaveDuplicates();
        assertThat(
                        get(ANN, 200, path + "/items/" + items.get(1))
                                .get("content")
                                .get(0)
                                .get("text")
                                .asString())
                .isEqualTo("pears");

        // What is taken away from it is not told to anybody any more.
        delete(ANN, 200, path + "/items/" + items.get(1));
        delete(ANN, 404, path + "/items/" + items.get(1));
        create(ANN, "\"input\":\"figs\",\"conversation\":\"" + id + '"');
        assertThat(house.received("claude").getLast().body())
                .contains("apples", "noted", "plums", "ok", "figs")
                .doesNotContain("pears");

        // An answer of it can be gone on with beside it.
        create(ANN, "\"input\":\"aside\",\"previous_response_id\":\"" + answer + '"');
        assertThat(house.received("claude").getLast().body())
                .contains("apples", "noted", "plums", "ok", "aside")
                .doesNotContain("figs");

        assertThat(delete(ANN, 200, path).get("object").asString())
                .isEqualTo("conversation.deleted");
        get(ANN, 404, path);
        get(ANN, 404, path + "/items");
        get(ANN, 200, "/v1/responses/" + answer);
        ask(
                ANN,
                404,
                "/v1/responses",
                "{\"model\":\"claude/m\",\"input\":\"x\",\"conversation\":\"" + id + "\"}");
    }

    static Stream<String> wrongConversations() {
        return Stream.of(
                "{\"items\":7}",
                "{\"items\":[7]}",
                "{\"items\":[{\"id\":\"msg_1\"}]}",
                "{\"items\":["
                        + "{\"role\":\"user\",\"content\":\"x\"},".repeat(20)
                        + "{\"role\":\"user\",\"content\":\"x\"}]}",
                "{\"metadata\":7}",
                "{\"items\":[{\"role\":\"king\",\"content\":\"x\"}]}",
                "{\"items\":[{\"type\":\"message\",\"role\":\"user\"}]}",
                "{\"items\":[{\"foo\":1}]}",
                "{\"items\":[{\"type\":7,\"role\":\"user\",\"content\":\"x\"}]}",
                "{\"items\":[{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\"}]}",
                "{\"items\":[{\"type\":\"custom_tool_call\",\"call_id\":\"c\",\"name\":\"f\"}]}",
                "{\"items\":[{\"type\":\"function_call_output\",\"call_id\":\"c\"}]}",
                "{\"items\":[{\"type\":\"custom_tool_call_output\",\"output\":\"x\"}]}",
                "{\"metadata\":{\"a\":7}}",
                "{\"metadata\":{\"" + "k".repeat(65) + "\":\"x\"}}",
                "{\"metadata\":{\"a\":\"" + "x".repeat(513) + "\"}}",
                "[]",
                "{");
    }

    @ParameterizedTest
    @MethodSource("wrongConversations")
    void what_is_no_conversation_is_refused(String body) {
        assertThat(code(ask(ANN, 400, "/v1/conversations", body)))
                .isEqualTo("invalid_request_body");
    }

    /// What one cannot begin with, cannot be added or changed either, and leaves it as it was.
    @Test
    void what_is_no_part_of_a_conversation_is_refused_and_changes_nothing() {
        String path =
                "/v1/conversations/"
                        + ask(ANN, 200, "/v1/conversations", "{\"metadata\":{\"a\":\"b\"}}")
                                .get("id")
                                .asString();
        ask(ANN, 400, path, "{}");
        wrongConversations()
                .forEach(body ->
                        ask(ANN, 400, body.contains("items") ? path + "/items" : path, body));

        assertThat(get(ANN, 200, path).get("metadata").toString()).isEqualTo("{\"a\":\"b\"}");
        assertThat(get(ANN, 200, path + "/items").get("data").size()).isZero();

        String most = "{\"metadata\":{\"" + "k".repeat(64) + "\":\"" + "x".repeat(512) + "\"}}";
        ask(ANN, 200, path, most);
        ask(ANN, 200, path, "{\"metadata\":null}");
        assertThat(get(ANN, 200, path).get("metadata").size()).isZero();
    }

    @Test
    void below_an_answer_there_is_nothing_but_what_it_was_made_of() {
        String path = "/v1/responses/" + create(ANN, "\"input\":\"x\"");

        assertThat(code(get(ANN, 404, path + "/items"))).isEqualTo("unknown_url");
        assertThat(code(delete(ANN, 404, path + "/input_items"))).isEqualTo("unknown_url");
        get(ANN, 200, path);
    }

    /// A translated answer repeats what was asked, as one of OpenAI's does.
    @Test
    void an_answer_repeats_how_it_was_asked() {
        String asked =
                "\"max_tool_calls\":3,\"prompt_cache_key\":\"k\",\"safety_identifier\":\"s\","
                        + "\"user\":\"u\",\"truncation\":\"auto\",\"metadata\":{\"a\":\"b\"}";
        JsonNode answer = get(ANN, 200, "/v1/responses/" + create(ANN, "\"input\":\"x\"," + asked));

        JSON.readTree("{" + asked + "}")
                .propertyStream()
                .forEach(said -> assertThat(answer.get(said.getKey())).isEqualTo(said.getValue()));
    }

    /// An answer that broke off has a name that its client may have seen, and says what became of it.
    @Test
    void an_answer_that_broke_off_can_be_looked_at_and_not_be_continued() {
        house.answers(
                "claude",
                new Answer(
                        200,
                        Map.of("content-type", "text/event-stream"),
                        List.of(Speaks.anthropic().begun())));
        HttpResponse<String> stream =
                house.post(
                        "/v1/responses",
                        "{\"model\":\"claude/m\",\"input\":\"hi\",\"stream\":true}",
                        by(ANN));
        house.answers("claude", ScriptedHouse.usual("claude"));
        String created =
                stream.body()
                        .lines()
                        .filter(line -> line.startsWith("data: "))
                        .findFirst()
                        .orElseThrow()
                        .substring(6);
        String id = JSON.readTree(created).get("response").get("id").asString();

        assertThat(get(ANN, 200, "/v1/responses/" + id).get("status").asString())
                .isEqualTo("failed");
        JsonNode refused =
                ask(
                        ANN,
                        400,
                        "/v1/responses",
                        "{\"model\":\"claude/m\",\"input\":\"x\",\"previous_response_id\":\""
                                + id
                                + "\"}");
        assertThat(code(refused)).isEqualTo("previous_response_not_completed");
    }

    @Test
    void the_tokens_of_what_is_referred_to_are_counted() {
        String first = create(ANN, "\"input\":\"" + "many words ".repeat(100) + '"');
        house.answers("claude", Answer.json(200, "{\"input_tokens\":77}"));

        JsonNode counted =
                ask(
                        ANN,
                        200,
                        "/v1/responses/input_tokens",
                        "{\"model\":\"claude/m\",\"input\":\"x\",\"previous_response_id\":\""
                                + first
                                + "\"}");

        assertThat(counted.get("input_tokens").asInt()).isEqualTo(77);
        assertThat(house.received("claude").getLast().body()).contains("many words", "ok");
        house.answers("claude", ScriptedHouse.usual("claude"));
    }
}
