/* Tables for people. Cells are measured in columns of a terminal, not in bytes. */
#include "base/utf8.h"
#include "ui/internal.h"
#include <devkit/system.h>
#include <stdlib.h>
#include <string.h>

struct dk_table {
    size_t columns;
    size_t rows;
    dk_strv cells; /* row by row, the headings first */
    bool *align_right;
};

dk_table *dk_table_new(const char *const *headings, size_t columns) {
    dk_table *table = dk_alloc(sizeof *table);
    table->columns = columns;
    table->align_right = dk_alloc_array(columns, sizeof *table->align_right);
    dk_table_row(table, headings);
    return table;
}

/* One line, whatever is in it: the next row has to stay a row. */
static char *clean(const char *cell) {
    char *text = dk_secret_mask(cell == NULL ? "" : cell);
    for (char *next = text; *next != '\0'; next++)
        if ((unsigned char)*next < ' ' || *next == 127)
            *next = ' ';
    return text;
}

void dk_table_row(dk_table *table, const char *const *cells) {
    for (size_t i = 0; i < table->columns; i++)
        dk_strv_add_owned(&table->cells, clean(cells[i]));
    table->rows++;
}

void dk_table_align_right(dk_table *table, size_t column) {
    if (column < table->columns)
        table->align_right[column] = true;
}

static void add_padding(dk_buf *line, size_t width) {
    for (; width > 0; width--)
        dk_buf_add_char(line, ' ');
}

static void format_row(const dk_table *table, size_t row, const size_t *widths, dk_buf *line) {
    for (size_t i = 0; i < table->columns; i++) {
        const char *cell = table->cells.items[row * table->columns + i];
        size_t padding = widths[i] - utf8_width(cell);
        if (i > 0)
            dk_buf_add(line, "  ");
        if (table->align_right[i])
            add_padding(line, padding);
        dk_buf_add(line, cell);
        if (!table->align_right[i])
            add_padding(line, padding);
    }
    dk_buf_trim_end(line);
}

void dk_table_print(dk_table *table, dk_context *context) {
    if (dk_is_json(context) || table->columns == 0)
        return;
    size_t *widths = dk_alloc_array(table->columns, sizeof *widths);
    for (size_t i = 0; i < table->cells.count; i++) {
        size_t width = utf8_width(table->cells.items[i]);
        if (width > widths[i % table->columns])
            widths[i % table->columns] = width;
    }
    ui_progress_hide();
    for (size_t row = 0; row < table->rows; row++) {
        ui_colour colour = row == 0 ? UI_COLOUR_STRONG : UI_COLOUR_NONE;
        DK_AUTO_BUF dk_buf line = DK_BUF_INIT;
        format_row(table, row, widths, &line);
        printf("%s%s%s\n", ui_colour_begin(stdout, colour), dk_buf_text(&line),
               ui_colour_end(stdout, colour));
    }
    free(widths);
}

void dk_table_free(dk_table *table) {
    if (table == NULL)
        return;
    dk_strv_release(&table->cells);
    free(table->align_right);
    free(table);
}
