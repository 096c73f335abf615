package dev.switchgear.server;

import java.util.List;

/// The kinds of agents, by how they hold a conversation.
enum AgentKind {
    /// A chat client that sends back what other vendors put into messages.
    CHAT,
    /// A chat client whose SDK drops it.
    CHAT_PLAIN,
    /// All of it in each request, nothing stored.
    RESPONSES,
    /// `previous_response_id`.
    RESPONSES_CONTINUED,
    /// `item_reference`.
    RESPONSES_REFERRED,
    /// `conversation`.
    RESPONSES_CONVERSATION,
    /// `previous_response_id`, and a request of its own that cuts the conversation down.
    RESPONSES_COMPACTED,
    /// Tools that its client runs, and an item that compacts, as Codex sends them.
    CODEX,
    /// The same on a WebSocket.
    CODEX_SOCKET,
    ANTHROPIC,
    GEMINI,
    OLLAMA;

    Agent agent(String model, boolean streamed, String system) {
        return switch (this) {
            case CHAT -> new AgentOfChat(model, streamed, system, true);
            case CHAT_PLAIN -> new AgentOfChat(model, streamed, system, false);
            case RESPONSES -> new AgentOfResponses(model, streamed, system);
            case RESPONSES_CONTINUED -> new AgentThatContinues(model, streamed, system);
            case RESPONSES_REFERRED -> new AgentThatRefers(model, streamed, system);
            case RESPONSES_CONVERSATION -> new AgentInConversation(model, streamed, system);
            case RESPONSES_COMPACTED -> new AgentThatIsCompacted(model, streamed, system);
            case CODEX -> new AgentOfCodex(model, streamed, system);
            case CODEX_SOCKET -> new AgentOfCodexOnSocket(model, system);
            case ANTHROPIC -> new AgentOfMessages(model, streamed, system);
            case GEMINI -> new AgentOfGemini(model, streamed, system);
            case OLLAMA -> new AgentOfOllama(model, streamed, system);
        };
    }

    /// Whether it can see that its prompts are remembered: Ollama's API has no word for it.
    boolean sees() {
        return this != OLLAMA;
    }

    /// The kinds of providers that speak its dialect, so that it can go there without a gateway.
    List<AgentHost> spokenBy() {
        return switch (this) {
            case CHAT ->
                    List.of(
                            AgentHost.OPENAI,
                            AgentHost.XAI,
                            AgentHost.DEEPSEEK,
                            AgentHost.OPENROUTER,
                            AgentHost.COMPATIBLE);
            case CHAT_PLAIN, CODEX -> List.of(AgentHost.OPENAI);
            case RESPONSES -> List.of(AgentHost.OPENAI, AgentHost.XAI, AgentHost.OPENROUTER);
            case RESPONSES_CONTINUED, RESPONSES_REFERRED ->
                    List.of(AgentHost.OPENAI, AgentHost.XAI);
            // No simulated provider has conversations, compacts by a path, or opens a WebSocket.
            case RESPONSES_CONVERSATION, RESPONSES_COMPACTED, CODEX_SOCKET -> List.of();
            case ANTHROPIC -> List.of(AgentHost.ANTHROPIC);
            case GEMINI -> List.of(AgentHost.GEMINI);
            case OLLAMA -> List.of(AgentHost.OLLAMA);
        };
    }
}
