package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.CustomInput;
import dev.switchgear.dialects.json.Halves;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.ClientTool.Form;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One item of an answer under way. Not thread-safe.
final class ResponsesItemWritten {
    /// What kinds of items there are, and what the parts of each are called.
    enum Kind {
        MESSAGE("message", "msg_"),
        REASONING("reasoning", "rs_"),
        CALL("function_call", "fc_"),
        CUSTOM_CALL("custom_tool_call", "ctc_"),
        LOCAL_SHELL_CALL("local_shell_call", "lsh_"),
        SHELL_CALL("shell_call", "sh_"),
        APPLY_PATCH_CALL("apply_patch_call", "apc_"),
        TOOL_SEARCH_CALL("tool_search_call", "tsc_"),
        IMAGE("image_generation_call", "ig_");

        final String type;
        final String prefix;

        Kind(String type, String prefix) {
            this.type = type;
            this.prefix = prefix;
        }
    }

    /// A part of a message or of a summary, or the arguments of a call.
    static final class Piece {
        final String type;
        final String field;
        final StringBuilder text = new StringBuilder();

        /// What follows the sequence number in each of its deltas, up to the delta itself.
        final byte[] head;

        private Piece(String type, String field, String head) {
            this.type = type;
            this.field = field;
            this.head = head.getBytes(StandardCharsets.UTF_8);
        }

        ObjectNode words(String said) {
            ObjectNode words = Json.object().put("type", type);
            if (type.equals("output_text")) {
                words.putArray("annotations");
                words.putArray("logprobs");
            }
            return words.put(field, said);
        }
    }

    final Kind kind;
    final int index;
    final String id;
    final String callId;
    final String name;
    final Halves halves = new Halves();

    /// That of a tool that has one; else empty.
    String namespace = "";

    /// The text in the arguments of a tool that takes one; unused for others.
    final CustomInput input = new CustomInput();

    private final List<Piece> pieces = new ArrayList<>();

    String status = "in_progress";
    String encrypted = "";

    /// The bytes of an image, in base64.
    String result = "";

    ResponsesItemWritten(Kind kind, int index, String answer, String callId, String name) {
        this.kind = kind;
        this.index = index;
        this.id = kind.prefix + answer + "_" + index;
        this.callId = callId;
        this.name = name;
    }

    Piece begin(String type, String field) {
        String place =
                switch (kind) {
                    case MESSAGE -> ",\"content_index\":" + pieces.size();
                    case REASONING -> ",\"summary_index\":" + pieces.size();
                    case CALL,
                            CUSTOM_CALL,
                            LOCAL_SHELL_CALL,
                            SHELL_CALL,
                            APPLY_PATCH_CALL,
                            TOOL_SEARCH_CALL,
                            IMAGE ->
                            "";
                };
        var piece =
                new Piece(
                        type,
                        field,
                        ",\"item_id\":"
                                + Json.text(Json.object().stringNode(id))
                                + ",\"output_index\":"
                                + index
                                + place
                                + ",\"delta\":");
        pieces.add(piece);
        return piece;
    }

    boolean hasPiece() {
        return !pieces.isEmpty();
    }

    Piece piece() {
        return pieces.getLast();
    }

    int pieceIndex() {
        return pieces.size() - 1;
    }

    String arguments() {
        return pieces.isEmpty() ? "" : pieces.getLast().text.toString();
    }

    /// As it stands.
    ///
    /// @param full whether what it holds is told, too
    ObjectNode words(boolean full) {
        ObjectNode words = Json.object().put("id", id).put("type", kind.type);
        switch (kind) {
            case MESSAGE -> {
                words.put("status", status).put("role", "assistant");
                words.set("content", parts(full));
            }
            case REASONING -> {
                words.set("summary", parts(full));
                if (full && !encrypted.isEmpty()) {
                    words.put("encrypted_content", encrypted);
                }
            }
            case CALL ->
                    called(words.put("status", status)).put("arguments", full ? arguments() : "");
            case CUSTOM_CALL ->
                    called(words.put("status", status)).put("input", full ? arguments() : "");
            case LOCAL_SHELL_CALL -> formed(words, Form.LOCAL_SHELL, full);
            case SHELL_CALL -> formed(words, Form.SHELL, full);
            case APPLY_PATCH_CALL -> formed(words, Form.APPLY_PATCH, full);
            case TOOL_SEARCH_CALL -> formed(words, Form.TOOL_SEARCH, full);
            case IMAGE -> {
                words.put("status", status);
                if (full) {
                    words.put("result", result);
                } else {
                    words.putNull("result");
                }
            }
        }
        return words;
    }

    private ObjectNode called(ObjectNode words) {
        words.put("call_id", callId).put("name", name);
        if (!namespace.isEmpty()) {
            words.put("namespace", namespace);
        }
        return words;
    }

    private void formed(ObjectNode words, Form form, boolean full) {
        words.put("status", status).put("call_id", callId);
        ResponsesClientForms.into(words, form, full ? arguments() : "");
    }

    private ArrayNode parts(boolean full) {
        ArrayNode parts = Json.array();
        if (full) {
            for (Piece piece : pieces) {
                parts.add(piece.words(piece.text.toString()));
            }
        }
        return parts;
    }
}
