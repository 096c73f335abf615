package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.anthropic.AnthropicConversation.Turn;
import dev.switchgear.simulator.cache.PromptCache.Block;
import dev.switchgear.simulator.mind.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Cuts a prompt into the blocks that a cache can remember, with the marks that say up to where.
final class PromptBlocks {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final int MARKS_MAX = 4;
    private static final int MESSAGE_OVERHEAD = 4;
    private static final int TOOLS_OVERHEAD = 340;

    private PromptBlocks() {}

    /// The prompt in the order tools, system, messages.
    static List<Block> of(JsonNode body, List<Turn> turns) throws ApiErrorException {
        List<Block> blocks = new ArrayList<>();
        addTools(body.path("tools"), blocks);
        addSystem(body.path("system"), blocks);
        addTurns(turns, blocks);
        Optional<Duration> automatic = mark(body, "");
        if (automatic.isPresent() && !blocks.isEmpty()) {
            blocks.set(blocks.size() - 1, blocks.getLast().marked(automatic.get()));
        }
        checkMarks(blocks);
        return blocks;
    }

    private static void addTools(JsonNode tools, List<Block> blocks) throws ApiErrorException {
        for (int i = 0; i < tools.size(); i++) {
            String text = AnthropicConversation.unmarked(tools.get(i)).toString();
            int tokens = Tokens.estimate(text) + (i == 0 ? TOOLS_OVERHEAD : 0);
            blocks.add(new Block(text, tokens, mark(tools.get(i), "tools." + i)));
        }
    }

    private static void addSystem(JsonNode system, List<Block> blocks) throws ApiErrorException {
        if (system.isString()) {
            blocks.add(block(system.stringValue(), Optional.empty()));
        } else if (AnthropicFields.present(system)) {
            for (int i = 0; i < AnthropicFields.list(system, "system").size(); i++) {
                String at = "system." + i;
                JsonNode part = AnthropicFields.object(system.get(i), at);
                if (!AnthropicFields.text(part, "type", at + ".").equals("text")) {
                    throw AnthropicErrorShapes.invalid(at + ".type: Input should be 'text'");
                }
                String text = AnthropicFields.text(part, "text", at + ".");
                if (text.isEmpty()) {
                    throw AnthropicErrorShapes.invalid(
                            "system: text content blocks must be non-empty");
                }
                blocks.add(block(text, mark(part, at)));
            }
        }
    }

    private static void addTurns(List<Turn> turns, List<Block> blocks) throws ApiErrorException {
        for (int i = 0; i < turns.size(); i++) {
            List<JsonNode> parts = turns.get(i).blocks();
            for (int j = 0; j < parts.size(); j++) {
                JsonNode part = parts.get(j);
                int tokens = AnthropicConversation.tokens(part) + (j == 0 ? MESSAGE_OVERHEAD : 0);
                String text = turns.get(i).role() + AnthropicConversation.unmarked(part);
                blocks.add(new Block(text, tokens, mark(part, "messages." + i + ".content." + j)));
            }
        }
    }

    private static Block block(String text, Optional<Duration> mark) {
        return new Block(text, Tokens.estimate(text), mark);
    }

    private static Optional<Duration> mark(JsonNode block, String at) throws ApiErrorException {
        JsonNode control = block.path("cache_control");
        if (!AnthropicFields.present(control)) {
            return Optional.empty();
        }
        String here = at.isEmpty() ? "cache_control" : at + ".cache_control";
        AnthropicFields.object(control, here);
        if (!AnthropicFields.text(control, "type", here + ".").equals("ephemeral")) {
            throw AnthropicErrorShapes.invalid(here + ".type: Input should be 'ephemeral'");
        }
        String ttl =
                AnthropicFields.present(control.path("ttl"))
                        ? AnthropicFields.oneOf(
                                control.path("ttl"), here + ".ephemeral.ttl", List.of("5m", "1h"))
                        : "5m";
        return Optional.of(ttl.equals("1h") ? Duration.ofHours(1) : FIVE_MINUTES);
    }

    private static void checkMarks(List<Block> blocks) throws ApiErrorException {
        int marks = 0;
        boolean shorter = false;
        for (Block block : blocks) {
            if (block.mark().isEmpty()) {
                continue;
            }
            marks++;
            boolean hour = block.mark().get().compareTo(FIVE_MINUTES) > 0;
            if (hour && shorter) {
                throw AnthropicErrorShapes.invalid(
                        "a ttl='1h' cache_control block must not come after a ttl='5m'"
                                + " cache_control block. Note that blocks are processed in the"
                                + " following order: `tools`, `system`, `messages`.");
            }
            shorter |= !hour;
        }
        if (marks > MARKS_MAX) {
            throw AnthropicErrorShapes.invalid(
                    "A maximum of 4 blocks with cache_control may be provided. Found "
                            + marks
                            + ".");
        }
    }
}
