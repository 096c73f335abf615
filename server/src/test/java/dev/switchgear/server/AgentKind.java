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
    /// Tools that its client runs, as Codex offers them.
    CODEX,
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
            case CODEX -> new AgentOfCodex(model, streamed, system);
            case ANTHROPIC -> new AgentOfMessages(model, streamed, system);
            case GEMINI -> new AgentOfGemini(model, streamed, system);
            case OLLAMA -> new AgentOfOllama(model, streamed, system);
        };
    }

    /// Whether it can see that its prompts are remembered there: Claude remembers what is marked, and
    /// Ollama's API has no word for it.
    boolean sees(AgentHost host) {
        return this != OLLAMA && (this == ANTHROPIC || host != AgentHost.ANTHROPIC);
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
            case RESPONSES_CONVERSATION -> List.of();
            case ANTHROPIC -> List.of(AgentHost.ANTHROPIC);
            case GEMINI -> List.of(AgentHost.GEMINI);
            case OLLAMA -> List.of(AgentHost.OLLAMA);
        };
    }
}
