package dev.switchgear.core.call;

/// Names one endpoint of a provider with one credential, as routes, metrics and headers show it.
///
/// @param provider the provider's id in the configuration
/// @param key the name of the credential; never the credential
public record UpstreamId(String provider, String key) {
    public UpstreamId {
        if (provider.isBlank() || key.isBlank()) {
            throw new IllegalArgumentException(
                    "upstream: '" + provider + "/" + key + "' (expected: two names)");
        }
    }

    @Override
    public String toString() {
        return provider + "/" + key;
    }
}
