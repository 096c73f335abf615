package dev.switchgear.wire.http;

/// What we accept from an upstream. Beyond a bound the attempt fails with
/// [dev.switchgear.wire.WireException.Kind#TOO_LARGE].
///
/// @param headBytes status line and fields of one head; 1 KiB or more (default 64 KiB)
/// @param headLines fields of one head; 1 or more (default 128)
/// @param interimHeads 1xx heads before the final one; 0 or more (default 8)
/// @param chunkLineBytes a chunk's size and extensions; 32 or more (default 1 KiB)
/// @param trailerBytes everything behind the last chunk; 0 or more (default 8 KiB)
/// @param gunzippedBytes a gzip body, before and after decompression; 1 or more (default 256 MiB). Its
///     readers bound it more tightly, as any body
public record ResponseLimits(
        int headBytes,
        int headLines,
        int interimHeads,
        int chunkLineBytes,
        int trailerBytes,
        long gunzippedBytes) {
    public static final ResponseLimits DEFAULT =
            new ResponseLimits(64 * 1024, 128, 8, 1024, 8 * 1024, 256L * 1024 * 1024);

    public ResponseLimits {
        require(headBytes, 1024, "head-bytes");
        require(headLines, 1, "head-lines");
        require(interimHeads, 0, "interim-heads");
        require(chunkLineBytes, 32, "chunk-line-bytes");
        require(trailerBytes, 0, "trailer-bytes");
        require(gunzippedBytes, 1, "gunzipped-bytes");
    }

    /// These limits with another bound on a decompressed body.
    ResponseLimits gunzippedUpTo(long bytes) {
        return new ResponseLimits(
                headBytes, headLines, interimHeads, chunkLineBytes, trailerBytes, bytes);
    }

    private static void require(long value, long min, String name) {
        if (value < min) {
            throw new IllegalArgumentException(
                    "response." + name + ": " + value + " (expected: " + min + " or more)");
        }
    }
}
