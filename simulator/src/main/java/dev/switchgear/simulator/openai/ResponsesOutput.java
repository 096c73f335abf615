package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.cache.CacheUse;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.Mind;
import dev.switchgear.simulator.mind.OfferedModel;
import dev.switchgear.simulator.mind.Question;
import dev.switchgear.simulator.mind.Reply;
import dev.switchgear.simulator.mind.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// What the model says to a request of the Responses API, before it is rendered.
///
/// @param incomplete why the answer is cut off; empty where it is whole
/// @param tokens thoughts and answer together
/// @param cache what of the prompt was known
record ResponsesOutput(
        String id,
        long created,
        String fingerprint,
        List<Item> items,
        String incomplete,
        int tokens,
        int reasoningTokens,
        CacheUse cache) {
    /// One piece of output with an id of its own.
    sealed interface Item {
        String id();

        /// @param thoughts those that are shown, one piece a token; empty for none
        /// @param seal opaque text in their place; empty for none
        record Reasoning(String id, List<String> thoughts, String seal) implements Item {}

        /// @param refusal whether `pieces` decline to answer
        /// @param whole whether nothing is missing
        record Message(String id, List<String> pieces, boolean refusal, boolean whole)
                implements Item {}

        /// @param arguments in the pieces in which they are streamed
        record Call(String id, String callId, ResponsesToolbox.Kept tool, List<String> arguments)
                implements Item {}

        /// All that was said before, in a form that only its maker reads.
        record Compaction(String id, String seal) implements Item {}
    }

    ResponsesOutput {
        items = List.copyOf(items);
    }

    ResponsesOutput with(CacheUse use) {
        return new ResponsesOutput(
                id, created, fingerprint, items, incomplete, tokens, reasoningTokens, use);
    }

    /// @param identity settles the ids; the words come from the seed and the request alone
    static ResponsesOutput of(
            ResponsesRequest request,
            long seed,
            RandomGenerator identity,
            long created,
            StoredResponses stored) {
        Flavour flavour = request.flavour();
        if (request.input().compacts()) {
            return compaction(request, seed, identity, created, stored);
        }
        boolean thinks = request.model().purpose() == OfferedModel.Purpose.REASONING;
        boolean hidden = flavour.thinking() == Flavour.Thoughts.HIDDEN;
        RandomGenerator wording = Dice.of(seed, request.model().id(), request.input().all(), "0");
        int unseen =
                hidden && thinks
                        ? Math.min(
                                ChatModel.thoughts(
                                        request.thinking().effort(),
                                        Dice.of(seed, "thoughts", request.input().all())),
                                request.question().tokensMax())
                        : 0;
        Reply reply =
                Mind.reply(
                        request.question().upTo(request.question().tokensMax() - unseen), wording);
        int reasoningTokens = unseen + reply.thoughts().size();
        String id = Ids.response(flavour, identity, created);
        List<Item> items = new ArrayList<>();
        if (reasoningTokens > 0) {
            items.add(
                    new Item.Reasoning(
                            Ids.item(flavour, "rs", id, 0, identity),
                            shown(request, reply, seed),
                            sealed(request) ? stored.seal(identity) : ""));
        }
        for (Reply.Call call : reply.calls()) {
            int index = items.size() - (reasoningTokens > 0 ? 1 : 0);
            ResponsesToolbox.Kept tool = request.toolbox().known().get(call.tool().name());
            if (tool == null) {
                throw new IllegalStateException("never offered: " + call.tool().name());
            }
            items.add(
                    new Item.Call(
                            Ids.item(flavour, tool.form().prefix(), id, index, identity),
                            Ids.responseCall(flavour, index, identity),
                            tool,
                            flavour.wholeCalls() || flavour == Flavour.OPENROUTER
                                    ? List.of(call.arguments())
                                    : Tokens.of(call.arguments())));
        }
        boolean cut = reply.end() == Reply.End.LENGTH;
        boolean silent = cut && reply.pieces().isEmpty();
        if (reply.calls().isEmpty() && !silent) {
            items.add(
                    new Item.Message(
                            Ids.item(flavour, "msg", id, 0, identity),
                            reply.pieces(),
                            reply.end() == Reply.End.REFUSED,
                            !cut && reply.end() != Reply.End.FILTERED));
        }
        return new ResponsesOutput(
                id,
                created,
                Ids.fingerprint(flavour, seed, request.model().id()),
                items,
                cut
                        ? "max_output_tokens"
                        : reply.end() == Reply.End.FILTERED ? "content_filter" : "",
                unseen + reply.tokens(),
                reasoningTokens,
                CacheUse.NONE);
    }

    private static ResponsesOutput compaction(
            ResponsesRequest request,
            long seed,
            RandomGenerator identity,
            long created,
            StoredResponses stored) {
        Flavour flavour = request.flavour();
        String id = Ids.response(flavour, identity, created);
        String seal = stored.seal(request.input().all());
        return new ResponsesOutput(
                id,
                created,
                Ids.fingerprint(flavour, seed, request.model().id()),
                List.of(new Item.Compaction(Ids.item(flavour, "cmp", id, 0, identity), seal)),
                "",
                Tokens.estimate(request.input().all()) / 4 + 1,
                0,
                CacheUse.NONE);
    }

    private static boolean sealed(ResponsesRequest request) {
        return request.thinking().encrypted()
                || (request.flavour() == Flavour.XAI && !request.store());
    }

    private static List<String> shown(ResponsesRequest request, Reply reply, long seed) {
        return switch (request.flavour().reasoningItem()) {
            case SUMMARY, CONTENT -> reply.thoughts();
            case SUMMARY_ON_REQUEST ->
                    request.thinking().summary().isEmpty()
                            ? List.of()
                            : Mind.reply(
                                            Question.of(request.input().last())
                                                    .with(
                                                            new Question.Thinking(
                                                                    Question.Effort.LOW,
                                                                    Integer.MAX_VALUE)),
                                            Dice.of(seed, "summary", request.input().all()))
                                    .thoughts();
        };
    }
}
