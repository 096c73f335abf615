package dev.switchgear.wire.http;

import dev.switchgear.wire.Headers;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A response's status line and fields, read strictly: where two readers could disagree about
/// where a message ends, this one refuses.
///
/// @param http11 false for HTTP/1.0
record Head(boolean http11, int status, Headers headers) {
    private static final int STATUS_LINE_MIN = "HTTP/1.1 200".length();
    private static final byte[] VERSION = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

    /// Blocks until the final head is in; 1xx before it are read and forgotten.
    static Head read(Intake intake, ResponseLimits limits) throws WireException {
        for (int interim = 0; ; interim++) {
            Head head = readOne(intake, limits);
            if (head.status >= 200) {
                return head;
            }
            if (head.status == 101) {
                throw malformed("status 101, but no upgrade was asked for");
            }
            if (interim >= limits.interimHeads()) {
                throw new WireException(
                        Kind.TOO_LARGE, true, "more than " + interim + " interim responses");
            }
        }
    }

    private static Head readOne(Intake intake, ResponseLimits limits) throws WireException {
        int left = limits.headBytes();
        int length = line(intake, left);
        left -= length + 2;
        boolean http11 = checkVersion(intake, length);
        int status = status(intake, length);
        intake.skip(length + 2);
        List<String> flat = new ArrayList<>(32);
        while (true) {
            length = line(intake, left);
            left -= length + 2;
            if (length == 0) {
                intake.skip(2);
                return new Head(http11, status, Headers.of(flat.toArray(new String[0])));
            }
            if (flat.size() >= 2 * limits.headLines()) {
                throw new WireException(
                        Kind.TOO_LARGE, true, "more than " + limits.headLines() + " header lines");
            }
            field(intake, length, flat);
            intake.skip(length + 2);
        }
    }

    /// The length of the next line without its CRLF.
    private static int line(Intake intake, int limit) throws WireException {
        int feed = intake.awaitLine(limit, "the response head");
        if (feed < 0) {
            throw new WireException(
                    Kind.CONNECTION_LOST, true, "the connection ended before the response head");
        }
        if (feed == 0 || intake.at(feed - 1) != '\r') {
            throw malformed("a header line ends in LF without CR");
        }
        return feed - 1;
    }

    private static boolean checkVersion(Intake intake, int length) throws WireException {
        if (length < STATUS_LINE_MIN) {
            throw malformed("no HTTP/1.x status line");
        }
        for (int i = 0; i < VERSION.length; i++) {
            if (intake.at(i) != VERSION[i]) {
                throw malformed("no HTTP/1.x status line");
            }
        }
        int minor = intake.at(VERSION.length);
        if ((minor != '0' && minor != '1') || intake.at(VERSION.length + 1) != ' ') {
            throw malformed("no HTTP/1.x status line");
        }
        return minor == '1';
    }

    private static int status(Intake intake, int length) throws WireException {
        int status = 0;
        for (int i = STATUS_LINE_MIN - 3; i < STATUS_LINE_MIN; i++) {
            int digit = intake.at(i) - '0';
            if (digit < 0 || digit > 9) {
                throw malformed("the status is no number");
            }
            status = status * 10 + digit;
        }
        if (status < 100 || status > 599) {
            throw malformed("status " + status + " (expected: 100 to 599)");
        }
        if (length > STATUS_LINE_MIN && intake.at(STATUS_LINE_MIN) != ' ') {
            throw malformed("the status is no three-digit number");
        }
        for (int i = STATUS_LINE_MIN; i < length; i++) {
            if (!Grammar.isValue(intake.at(i) & 0xff)) {
                throw malformed("a control character in the status line");
            }
        }
        return status;
    }

    /// Reads the line at hand into `flat` as a name and a value.
    static void field(Intake intake, int length, List<String> flat) throws WireException {
        byte[] bytes = intake.bytes();
        int start = intake.from();
        int end = start + length;
        int colon = start;
        while (colon < end && Grammar.isToken(bytes[colon])) {
            colon++;
        }
        if (colon == start || colon == end || bytes[colon] != ':') {
            // Also a folded line (begins with a space) and a space before the colon.
            throw malformed("a header line without a proper name");
        }
        int from = colon + 1;
        while (from < end && isBlank(bytes[from])) {
            from++;
        }
        int to = end;
        while (to > from && isBlank(bytes[to - 1])) {
            to--;
        }
        for (int i = from; i < to; i++) {
            if (!Grammar.isValue(bytes[i] & 0xff)) {
                throw malformed("a control character in a header value");
            }
        }
        flat.add(new String(bytes, start, colon - start, StandardCharsets.ISO_8859_1));
        flat.add(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static WireException malformed(String what) {
        return new WireException(Kind.MALFORMED, true, "malformed response: " + what);
    }
}
