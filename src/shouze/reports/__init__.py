"""Reports: what a report holds, in both languages, and how it becomes a PDF; they know no register."""
