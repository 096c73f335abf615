package dev.switchgear.families.money;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// A stretch of the calendar, in UTC, as providers bill.
public enum Period {
    DAY {
        @Override
        LocalDate begins(LocalDate day) {
            return day;
        }

        @Override
        LocalDate after(LocalDate beginning) {
            return beginning.plusDays(1);
        }
    },
    MONTH {
        @Override
        LocalDate begins(LocalDate day) {
            return day.withDayOfMonth(1);
        }

        @Override
        LocalDate after(LocalDate beginning) {
            return beginning.plusMonths(1);
        }
    };

    abstract LocalDate begins(LocalDate day);

    abstract LocalDate after(LocalDate beginning);

    /// The first day of the period that holds a moment.
    public LocalDate at(Instant moment) {
        return begins(LocalDate.ofInstant(moment, ZoneOffset.UTC));
    }

    /// The moment at which the period that begins on a day is over.
    public Instant end(LocalDate beginning) {
        return after(beginning).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
