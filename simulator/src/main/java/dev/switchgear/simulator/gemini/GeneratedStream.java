package dev.switchgear.simulator.gemini;

import dev.switchgear.simulator.answer.ApiEvent;
import dev.switchgear.simulator.answer.ApiEvent.Part;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Renders an answer piece by piece (section 4): as events, their lines ended by CRLF, or as one array
/// of responses. Where calls must be signed, a closing response of its own says why the model stopped;
/// else the last piece says it.
final class GeneratedStream implements Iterator<ApiEvent> {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /// A response still to be rendered.
    ///
    /// @param content of the candidate
    /// @param thought tokens of thoughts so far, none while only they are shown
    private record Step(ObjectNode content, int answered, int thought, boolean last) {}

    private final Generated generated;
    private final boolean array;
    private final List<Step> steps = new ArrayList<>();
    private int at;

    /// Where an array stands: -1 before its bracket, 1 behind the closing one.
    private int bracket;

    GeneratedStream(Generated generated, boolean array) {
        this.generated = generated;
        this.array = array;
        this.bracket = array ? -1 : 0;
        plan();
    }

    private void plan() {
        int thoughts = generated.reply().thoughts().size();
        if (generated.blocked()) {
            steps.add(new Step(NODES.objectNode(), 0, 0, true));
            return;
        }
        if (generated.request().showsThoughts()) {
            for (String piece : generated.reply().thoughts()) {
                ObjectNode part = NODES.objectNode().put("text", piece).put("thought", true);
                steps.add(new Step(content(part), 0, 0, false));
            }
        }
        boolean signs = generated.request().generation().signs();
        boolean withheld = generated.finish().equals("SAFETY");
        List<ObjectNode> calls = generated.calls();
        int answered = 0;
        for (int i = 0; i < generated.pieces().size(); i++) {
            answered++;
            boolean last = i == generated.pieces().size() - 1 && !signs && !withheld;
            ObjectNode part = NODES.objectNode().put("text", generated.pieces().get(i));
            steps.add(new Step(content(part), answered, thoughts, last));
        }
        if (signs) {
            for (int i = 0; i < calls.size(); i++) {
                answered += generated.reply().calls().get(i).tokens();
                steps.add(new Step(content(calls.get(i)), answered, thoughts, false));
            }
        } else if (!calls.isEmpty()) {
            ObjectNode[] all = calls.toArray(ObjectNode[]::new);
            steps.add(new Step(content(all), generated.answerTokens(), thoughts, true));
        }
        if (steps.isEmpty() || !steps.getLast().last()) {
            steps.add(closing(thoughts, withheld));
        }
    }

    private Step closing(int thoughts, boolean withheld) {
        ObjectNode content = NODES.objectNode();
        if (!withheld) {
            boolean nothing = generated.answerTokens() == 0;
            ObjectNode part = NODES.objectNode().put("text", "");
            if (!generated.signature().isEmpty()) {
                part.put("thoughtSignature", generated.signature());
            }
            content = nothing ? NODES.objectNode().put("role", "model") : content(part);
        }
        return new Step(content, generated.answerTokens(), thoughts, true);
    }

    private static ObjectNode content(ObjectNode... parts) {
        ObjectNode content = NODES.objectNode();
        ArrayNode all = content.putArray("parts");
        for (ObjectNode part : parts) {
            all.add(part);
        }
        return content.put("role", "model");
    }

    @Override
    public boolean hasNext() {
        return at < steps.size() || (array && bracket < 1);
    }

    @Override
    public ApiEvent next() {
        if (bracket < 0) {
            bracket = 0;
            return new ApiEvent(Part.FRAME, bytes("["));
        }
        if (at >= steps.size()) {
            if (!array || bracket > 0) {
                throw new NoSuchElementException("the stream has ended");
            }
            bracket = 1;
            return new ApiEvent(Part.TERMINAL, bytes("]"));
        }
        Step step = steps.get(at);
        String json =
                generated
                        .response(
                                step.content(),
                                step.last() ? generated.finish() : "",
                                step.answered(),
                                step.thought())
                        .toString();
        String framed = array ? (at == 0 ? "" : "\r\n,") + json : "data: " + json + "\r\n\r\n";
        at++;
        Part end = array ? Part.FINISH : Part.END;
        return new ApiEvent(step.last() ? end : Part.TOKEN, bytes(framed));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
