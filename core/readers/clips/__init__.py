"""Moving pictures: animations, films and folders of frames, as a few small frames each."""
