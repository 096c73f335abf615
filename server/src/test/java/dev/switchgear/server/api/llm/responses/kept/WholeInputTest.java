package dev.switchgear.server.api.llm.responses.kept;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.ManualTime;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.api.llm.responses.kept.KeptResponses.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What an upstream is told that knows nothing of what was before, and who may be asked in the client's
/// own words.
final class WholeInputTest {
    private static final UpstreamId A = new UpstreamId("a", "k");
    private static final UpstreamId B = new UpstreamId("b", "k");

    private final MemoryArchive archive =
            new MemoryArchive(
                    new Bounds(Duration.ofHours(1), 100L * 1024 * 1024, 30_000),
                    KeptItems::names,
                    new ManualTime());
    private final List<Long> rooms = new ArrayList<>();
    private long most = 1_000_000;

    private final class Doors implements WholeInput.Doors {
        @Override
        public void room(long bytes) {
            rooms.add(bytes);
        }

        @Override
        public void conversation(String id) {}
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(UTF_8);
    }

    private static String message(String id, String text) {
        return "{'type':'message','id':'%s','role':'user','content':'%s'}".formatted(id, text);
    }

    private void keep(
            String id, String previous, UpstreamId by, boolean home, String input, String answer) {
        var link = new KeptAnswer.Link(id, previous, "", Optional.of(by), home);
        archive.put(
                "one", id, new KeptAnswer(link, bytes(input), bytes(answer), List.of()).bytes());
    }

    private void keep(String id, String previous, UpstreamId by, boolean home) {
        keep(
                id,
                previous,
                by,
                home,
                "[" + message("in_" + id, "ask " + id) + "]",
                "{'status':'completed','output':[%s]}"
                        .formatted(message("out_" + id, "say " + id)));
    }

    private WholeInput.Whole whole(String body) throws Refused {
        return new WholeInput(archive, "one", most, new Doors()).of(bytes(body));
    }

    private String refused(String body) {
        Refused refused = catchThrowableOfType(Refused.class, () -> whole(body));
        assertThat(refused).as(body).isNotNull();
        return refused.problem().word();
    }

    private static String texts(WholeInput.Whole whole) {
        var texts = new ArrayList<String>();
        Json.read(whole.body(), 0, whole.body().length)
                .path("input")
                .forEach(item -> texts.add(item.path("content").stringValue("")));
        return String.join(", ", texts);
    }

    @Test
    void every_turn_is_told_once_and_in_order() throws Exception {
        keep("r1", "", A, true);
        keep("r2", "r1", A, true);

        WholeInput.Whole whole =
                whole("{'previous_response_id':'r2','input':[%s]}".formatted(message("x", "now")));

        assertThat(texts(whole)).isEqualTo("ask r1, say r1, ask r2, say r2, now");
        assertThat(whole.previous()).isEqualTo("r2");
        assertThat(new String(whole.body(), UTF_8)).doesNotContain("previous_response_id");
    }

    @ParameterizedTest
    @CsvSource({
        "true,  true,  a, true",
        "false, true,  a, true",
        "true,  false, a, false",
        "false, false, a, false"
    })
    void home_is_whoever_kept_the_newest_answer(
            boolean first, boolean second, String by, boolean home) throws Exception {
        keep("r1", "", B, first);
        keep("r2", "r1", A, second);

        WholeInput.Whole whole = whole("{'previous_response_id':'r2','input':'now'}");

        assertThat(whole.before().orElseThrow().provider()).isEqualTo(by);
        assertThat(whole.home()).isEqualTo(home);
    }

    @Test
    void what_lies_with_two_accounts_is_nobodys_home() throws Exception {
        keep("r1", "", A, true);
        keep("r2", "", B, true);
        keep("r3", "", A, true);
        String refers =
                "{'previous_response_id':'r1','input':[{'type':'item_reference','id':'%s'}]}";

        assertThat(whole(refers.formatted("out_r2")).home()).as("another's item").isFalse();
        assertThat(whole(refers.formatted("out_r3")).home()).as("an item of its own").isTrue();
        assertThat(whole(refers.formatted("in_r3")).home())
                .as("an item of the input, which bears a name of ours")
                .isFalse();
        assertThat(texts(whole(refers.formatted("out_r2")))).isEqualTo("ask r1, say r1, say r2");
    }

    @Test
    void an_item_of_a_conversation_lies_with_nobody() throws Exception {
        Conversation.create(archive, "one", "conv_1", 1, Json.object())
                .add(
                        Conversation.itemsIn(bytes("[" + message("it", "kept") + "]")),
                        Optional.of(A));

        assertThat(whole("{'conversation':'conv_1','input':'now'}").home()).isFalse();
        keep("r1", "", A, true);
        WholeInput.Whole whole =
                whole(
                        "{'previous_response_id':'r1','input':[{'type':'item_reference','id':'it'}]}");
        assertThat(whole.home()).isFalse();
        assertThat(texts(whole)).isEqualTo("ask r1, say r1, kept");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'previous_response_id':'r1','input':'now'}",
                "{'previous_response_id':'gone','input':'now'}",
                "{'input':[{'type':'item_reference','id':'out_r1'}]}",
                "{'conversation':'conv_1','input':'now'}"
            })
    void nothing_of_another_client_is_found(String body) throws Exception {
        keep("r1", "", A, true);
        Conversation.create(archive, "one", "conv_1", 1, Json.object());

        Refused refused =
                catchThrowableOfType(
                        Refused.class,
                        () -> new WholeInput(archive, "two", most, new Doors()).of(bytes(body)));

        assertThat(refused).isNotNull();
        assertThat(refused.problem().word()).endsWith("not_found");
    }

    @Test
    void what_names_itself_as_its_past_ends() {
        keep("r1", "r2", A, true);
        keep("r2", "r1", A, true);

        assertThat(refused("{'previous_response_id':'r2','input':'now'}"))
                .isEqualTo("previous_response_not_found");
    }

    @Test
    void so_many_turns_are_gone_through_and_no_more() throws Exception {
        for (int i = 0; i <= WholeInput.CHAIN_MAX; i++) {
            keep("r" + i, i == 0 ? "" : "r" + (i - 1), A, true, "[]", "{'output':[]}");
        }
        most = 100_000_000;

        assertThat(
                        whole(
                                        "{'previous_response_id':'r%d','input':'now'}"
                                                .formatted(WholeInput.CHAIN_MAX - 1))
                                .previous())
                .isNotEmpty();
        assertThat(
                        refused(
                                "{'previous_response_id':'r%d','input':'now'}"
                                        .formatted(WholeInput.CHAIN_MAX)))
                .isEqualTo("previous_response_not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "cancelled", "in_progress", "queued"})
    void what_did_not_end_is_not_gone_on_with(String status) {
        keep("r1", "", A, true, "[]", "{'status':'%s','output':[]}".formatted(status));

        assertThat(refused("{'previous_response_id':'r1','input':'now'}"))
                .isEqualTo("previous_response_not_completed");
    }

    @Test
    void an_answer_that_was_cut_is_gone_on_with() throws Exception {
        keep("r1", "", A, true, "[]", "{'status':'incomplete','output':[]}");

        assertThat(texts(whole("{'previous_response_id':'r1','input':[]}"))).isEmpty();
    }

    /// Memory is taken for what was kept before it is read, and never beyond what a body may have.
    @Test
    void what_was_before_counts_as_what_is_sent() throws Exception {
        keep("r1", "", A, true);
        keep("r2", "r1", A, true);
        String body = "{'previous_response_id':'r2','input':'now'}";

        whole(body);

        long kept =
                (long) archive.get("one", "r1").orElseThrow().length
                        + archive.get("one", "r2").orElseThrow().length;
        assertThat(rooms.stream().mapToLong(each -> each).sum())
                .isEqualTo(bytes(body).length + kept);
        most = bytes(body).length + kept - 1;
        assertThat(refused(body)).isEqualTo("request_too_large");
        most = 1_000;
        var items = new StringBuilder();
        keep(
                "r3",
                "",
                A,
                true,
                "[]",
                "{'output':[%s]}".formatted(message("out_r3", "x".repeat(300))));
        for (int i = 0; i < 6; i++) {
            items.append(i == 0 ? "" : ",").append("{'type':'item_reference','id':'out_r3'}");
        }
        assertThat(refused("{'input':[" + items + "]}"))
                .as("referred to again and again")
                .isEqualTo("request_too_large");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'reasoning','id':'x','summary':[]}|input.reasoning",
                "{'type':'function_call','status':'incomplete','call_id':'c','name':'f','arguments':'{'}"
                        + "|input.function_call",
                "{'type':'custom_tool_call','status':'incomplete','call_id':'c','name':'f','input':'x'}"
                        + "|input.custom_tool_call",
                "{'type':'shell_call','status':'incomplete','call_id':'c','action':{}}|input.shell_call",
                "{'type':'apply_patch_call','status':'incomplete','call_id':'c'}|input.apply_patch_call",
                "{'type':'reasoning','id':'x','summary':[],'encrypted_content':'s'}|",
                "{'type':'function_call','status':'completed','call_id':'c','name':'f','arguments':'{}'}|"
            })
    void a_thought_without_a_seal_and_half_of_a_call_are_left_out_by_name(
            String item, String dropped) throws Exception {
        keep("r1", "", A, true, "[]", "{'status':'completed','output':[%s]}".formatted(item));

        WholeInput.Whole whole = whole("{'previous_response_id':'r1','input':[]}");

        assertThat(String.join(",", whole.dropped())).isEqualTo(dropped == null ? "" : dropped);
        assertThat(Json.read(whole.body(), 0, whole.body().length).path("input").size())
                .isEqualTo(dropped == null ? 1 : 0);
    }

    @Test
    void what_a_kept_turn_referred_to_is_told_again() throws Exception {
        keep("r1", "", A, true);
        keep(
                "r2",
                "",
                A,
                true,
                "[{'type':'item_reference','id':'out_r1'}]",
                "{'output':[%s]}".formatted(message("o2", "say r2")));

        assertThat(texts(whole("{'previous_response_id':'r2','input':'now'}")))
                .startsWith("say r1, say r2");
    }

    @Test
    void a_past_is_named_one_way_alone() {
        keep("r1", "", A, true);
        Conversation.create(archive, "one", "conv_1", 1, Json.object());

        assertThat(refused("{'previous_response_id':'r1','conversation':'conv_1','input':'now'}"))
                .isEqualTo("mutually_exclusive_parameters");
    }

    /// Else it could be read without the turn that is just being added to it.
    @Test
    void a_conversation_is_held_before_it_is_read() throws Exception {
        Conversation.create(archive, "one", "conv_1", 1, Json.object());
        var held = new ArrayList<String>();
        var doors =
                new WholeInput.Doors() {
                    @Override
                    public void room(long bytes) {}

                    @Override
                    public void conversation(String id) {
                        held.add(id);
                        // Whoever held it before adds what it has before it lets go.
                        Conversation.find(archive, "one", "conv_1")
                                .orElseThrow()
                                .add(
                                        List.of(
                                                Json.object()
                                                        .put("id", "m1")
                                                        .put("role", "user")
                                                        .put("content", "said just now")),
                                        Optional.of(B));
                    }
                };

        WholeInput.Whole whole =
                new WholeInput(archive, "one", most, doors)
                        .of(
                                bytes(
                                        "{'conversation':'conv_1','input':[%s]}"
                                                .formatted(message("x", "now"))));

        assertThat(held).containsExactly("conv_1");
        assertThat(texts(whole)).isEqualTo("said just now, now");
        assertThat(whole.before()).contains(B);
    }
}
