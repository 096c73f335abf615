package dev.switchgear.server.api.llm.responses.kept;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.api.llm.responses.kept.KeptResponses.Bounds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// What a conversation keeps, and how much of it at most.
final class ConversationTest {
    private static final Bounds BOUNDS =
            new Bounds(Duration.ofHours(1), 100L * 1024 * 1024, 30_000);

    private final MemoryArchive archive =
            new MemoryArchive(BOUNDS, KeptItems::names, new ManualTime());

    private static List<ObjectNode> items(String... ids) {
        return List.of(ids).stream().map(id -> Json.object().put("id", id)).toList();
    }

    private List<String> ids() {
        return Conversation.find(archive, "one", "conv_1").orElseThrow().items().stream()
                .map(item -> item.path("id").stringValue(""))
                .toList();
    }

    private Conversation made() {
        return Conversation.create(archive, "one", "conv_1", 1, Json.object());
    }

    @Test
    void what_is_added_stands_behind_what_was_there() {
        Conversation made = made();
        made.add(items("a", "b"), Optional.empty());
        made.add(List.of(), Optional.empty());
        Conversation.find(archive, "one", "conv_1").orElseThrow().add(items("c"), Optional.empty());

        assertThat(ids()).containsExactly("a", "b", "c");
        assertThat(archive.count()).as("its card, and what was added at once").isEqualTo(3);
    }

    @Test
    void an_item_is_taken_out_and_the_rest_stays_in_order() {
        Conversation made = made();
        made.add(items("a", "b"), Optional.empty());
        made.add(items("c"), Optional.empty());

        assertThat(made.remove("b")).isTrue();
        assertThat(made.remove("b")).isFalse();
        assertThat(ids()).containsExactly("a", "c");
    }

    @Test
    void it_is_deleted_with_all_that_was_added() {
        Conversation made = made();
        made.add(items("a"), Optional.empty());
        made.add(items("b"), Optional.empty());

        made.delete();

        assertThat(archive.count()).isZero();
        assertThat(archive.holding("one", "a")).isEmpty();
        assertThat(Conversation.find(archive, "one", "conv_1")).isEmpty();
    }

    /// Else a model would be told half of what was said.
    @Test
    void one_that_lost_a_part_is_gone_as_a_whole() {
        Conversation made = made();
        made.add(items("a"), Optional.empty());
        made.add(items("b"), Optional.empty());
        archive.remove("one", "conv_1#0");

        assertThat(Conversation.find(archive, "one", "conv_1")).isEmpty();
        assertThat(archive.count()).isZero();
    }

    @Test
    void a_part_of_one_is_no_conversation() {
        made().add(items("a"), Optional.empty());

        assertThat(Conversation.find(archive, "one", "conv_1#0")).isEmpty();
        assertThat(Conversation.find(archive, "two", "conv_1")).isEmpty();
    }

    @Test
    void it_takes_so_many_additions_and_no_more() {
        ObjectNode card = Json.object().put("id", "conv_1");
        var lots = card.putArray("lots");
        for (int i = 0; i < Conversation.LOTS_MAX; i++) {
            lots.add(i);
            archive.put("one", "conv_1#" + i, "[]".getBytes(UTF_8));
        }
        archive.put("one", "conv_1", Json.text(card).getBytes(UTF_8));
        Conversation full = Conversation.find(archive, "one", "conv_1").orElseThrow();

        full.add(items("a"), Optional.empty());

        assertThat(full.full()).isTrue();
        assertThat(full.items()).isEmpty();
        assertThat(archive.count()).isEqualTo(Conversation.LOTS_MAX + 1);
    }

    @Test
    void one_at_a_time_holds_it_and_each_client_its_own() {
        var kept = new KeptResponses(BOUNDS, new Random(1), new ManualTime());

        assertThat(kept.lock("one", "conv_1")).isTrue();
        assertThat(kept.lock("one", "conv_1")).isFalse();
        assertThat(kept.lock("two", "conv_1")).isTrue();
        kept.unlock("two", "conv_1");
        assertThat(kept.lock("one", "conv_1")).isFalse();
        kept.unlock("one", "conv_1");
        assertThat(kept.lock("one", "conv_1")).isTrue();
    }
}
