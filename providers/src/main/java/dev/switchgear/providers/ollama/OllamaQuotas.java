package dev.switchgear.providers.ollama;

import dev.switchgear.core.call.Quota;
import dev.switchgear.core.time.Time;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.fault.Quotas;
import dev.switchgear.providers.fault.RetryAfter;
import dev.switchgear.wire.Headers;
import java.time.Duration;

/// Ollama says nothing of limits; what stands before it may say how long to wait.
final class OllamaQuotas implements Quotas {
    @Override
    public Quota quota(Headers headers, Time time) {
        return Quota.UNKNOWN;
    }

    @Override
    public Duration pause(Headers headers, ErrorReply reply, byte[] body, Time time) {
        return RetryAfter.read(headers, time).orElse(Duration.ZERO);
    }
}
