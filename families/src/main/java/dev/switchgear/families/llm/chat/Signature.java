package dev.switchgear.families.llm.chat;

import dev.switchgear.families.llm.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// A provider's proof that reasoning is its own, or the reasoning itself, sealed. It means something
/// only to its signer, and is sent to nobody else: others answer it with 400, and what one account
/// had a model think is no other account's business.
///
/// Through a client that speaks another dialect it travels wrapped, with its signer's name in front;
/// one that comes back unwrapped is the dialect's own. Immutable.
///
/// @param value opaque
/// @param signer the dialect whose providers can check it
/// @param model that made it; empty where unknown
/// @param account a mark of the provider and the key under which it was made, which tells neither;
///     empty where unknown
/// @param place of what it seals in its turn, where that has to be told; only a wrapping can hold it
public record Signature(
        String value, Dialect signer, String model, String account, Optional<Place> place) {
    private static final String MARK = "sg1.";

    /// Where something stood in a turn: behind so much of what can be seen.
    ///
    /// @param chars of text before it, in UTF-16 units
    /// @param calls of tools before it
    public record Place(int chars, int calls) {
        @Override
        public String toString() {
            return chars + "-" + calls;
        }

        private static Optional<Place> read(String text) {
            if (text.isEmpty()) {
                return Optional.empty();
            }
            int dash = text.indexOf('-');
            return Optional.of(
                    new Place(
                            Integer.parseUnsignedInt(text.substring(0, Math.max(dash, 0))),
                            Integer.parseUnsignedInt(text.substring(dash + 1))));
        }
    }

    /// One of an account that is not known.
    public Signature(String value, Dialect signer, String model) {
        this(value, signer, model, "");
    }

    /// One that stands where it belongs.
    public Signature(String value, Dialect signer, String model, String account) {
        this(value, signer, model, account, Optional.empty());
    }

    /// How it is shown to a client of `dialect`: its own as it is, another's wrapped.
    public String shownTo(Dialect dialect) {
        return dialect == signer
                ? value
                : MARK
                        + signer.name()
                        + "."
                        + encoded(model)
                        + "."
                        + encoded(value)
                        + (account.isEmpty() && place.isEmpty() ? "" : "." + encoded(account))
                        + place.map(stood -> "." + stood).orElse("");
    }

    /// What a client of `dialect` sent back. A wrapping that was tampered with is read as the
    /// dialect's own text, which its provider will then reject by itself. One that was wrapped before
    /// accounts were told apart names none.
    public static Signature readFrom(Dialect dialect, String text) {
        if (text.startsWith(MARK)) {
            String[] parts = text.substring(MARK.length()).split("\\.", -1);
            if (parts.length >= 3 && parts.length <= 5) {
                try {
                    return new Signature(
                            decoded(parts[2]),
                            Dialect.valueOf(parts[0]),
                            decoded(parts[1]),
                            parts.length == 3 ? "" : decoded(parts[3]),
                            parts.length == 5 ? Place.read(parts[4]) : Optional.empty());
                } catch (IllegalArgumentException tampered) {
                    return new Signature(text, dialect, "");
                }
            }
        }
        return new Signature(text, dialect, "");
    }

    /// Whether a provider of `dialect` running `other` made it, as far as can be told.
    public boolean by(Dialect dialect, String other) {
        return by(dialect, other, "");
    }

    /// Whether a provider of `dialect` running `other` made it for the account `mine`, as far as can be
    /// told: what is empty on either side is not known.
    public boolean by(Dialect dialect, String other, String mine) {
        return signer == dialect
                && (model.isEmpty() || model.equals(other))
                && (account.isEmpty() || mine.isEmpty() || account.equals(mine));
    }

    /// The same, with what is not yet known of its maker.
    public Signature madeBy(String maker, String owner) {
        return new Signature(
                value,
                signer,
                model.isEmpty() ? maker : model,
                account.isEmpty() ? owner : account,
                place);
    }

    /// The same of what stood at `where`, if it does not know better.
    public Signature at(Place where) {
        return place.isPresent()
                ? this
                : new Signature(value, signer, model, account, Optional.of(where));
    }

    /// The same of what stands where it belongs.
    public Signature inPlace() {
        return place.isEmpty() ? this : new Signature(value, signer, model, account);
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
    }
}
