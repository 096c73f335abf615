package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.mind.OfferedModel;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a flavour tells of its models, and of a key.
final class Listing {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Listing() {}

    static ObjectNode of(Flavour flavour, List<OfferedModel> models) {
        ObjectNode root = NODES.objectNode();
        if (flavour != Flavour.OPENROUTER) {
            root.put("object", "list");
        }
        ArrayNode data = root.putArray("data");
        models.forEach(model -> data.add(of(flavour, model)));
        if (flavour == Flavour.OPENROUTER) {
            root.put("total_count", models.size());
            root.putObject("links").putNull("next");
        }
        return root;
    }

    static ObjectNode of(Flavour flavour, OfferedModel model) {
        if (flavour == Flavour.OPENROUTER) {
            return priced(model);
        }
        ObjectNode node = NODES.objectNode();
        node.put("id", model.id());
        node.put("object", "model");
        if (flavour != Flavour.DEEPSEEK) {
            node.put("created", model.created());
        }
        return switch (flavour) {
            case OPENAI -> node.put("owned_by", "system");
            case XAI -> node.put("owned_by", "xai");
            case DEEPSEEK -> node.put("owned_by", "deepseek");
            case OLLAMA -> node.put("owned_by", "library");
            case VLLM -> {
                node.put("owned_by", "vllm").put("root", model.id()).putNull("parent");
                node.put("max_model_len", model.context()).putArray("permission");
                yield node;
            }
            case LLAMA_CPP -> {
                node.put("owned_by", "llamacpp");
                node.putObject("meta").put("n_ctx_train", model.context());
                yield node;
            }
            case LM_STUDIO -> node.put("owned_by", "organization_owner");
            case OPENROUTER -> throw new IllegalStateException("listed with prices");
        };
    }

    private static ObjectNode priced(OfferedModel model) {
        ObjectNode node = NODES.objectNode();
        node.put("id", model.id());
        node.put("canonical_slug", model.snapshot());
        node.put("name", model.id());
        node.put("created", model.created());
        node.put("description", "A simulated model.");
        node.put("context_length", model.context());
        ObjectNode architecture = node.putObject("architecture");
        architecture.put("modality", "text+image->text");
        architecture.putArray("input_modalities").add("text").add("image");
        architecture.putArray("output_modalities").add("text");
        architecture.put("tokenizer", "Other").putNull("instruct_type");
        node.putObject("pricing")
                .put("prompt", OpenAiModels.perToken(model.id(), true))
                .put("completion", OpenAiModels.perToken(model.id(), false));
        node.putObject("top_provider")
                .put("context_length", model.context())
                .put("max_completion_tokens", model.maxOutput())
                .put("is_moderated", false);
        node.putNull("per_request_limits");
        ArrayNode supported = node.putArray("supported_parameters");
        List.of("max_tokens", "reasoning", "response_format", "stop", "tool_choice", "tools")
                .forEach(supported::add);
        node.putObject("default_parameters").putNull("temperature");
        node.put("hugging_face_id", "").putNull("knowledge_cutoff").putNull("expiration_date");
        node.putNull("supported_voices");
        node.putObject("links").put("details", "/api/v1/models/" + model.snapshot() + "/endpoints");
        return node;
    }

    /// What `GET /key` says of a key without a limit.
    static ObjectNode key() {
        ObjectNode root = NODES.objectNode();
        ObjectNode data = root.putObject("data");
        data.put("label", "simulated");
        data.putNull("limit").putNull("limit_remaining").putNull("limit_reset");
        data.put("usage", 0).put("usage_daily", 0).put("usage_weekly", 0).put("usage_monthly", 0);
        data.put("is_free_tier", false);
        data.putObject("free_model_daily_requests")
                .put("used", 0)
                .put("limit", 1000)
                .put("remaining", 1000);
        return root;
    }
}
